// The one script that pages name. Elements are defined here; the map itself is loaded only when a page has one.
import "./islands.css";
import { LiveBoard } from "./live-board/live-board";
import { EvidenceMap, TrackMap } from "./track-map/track-map";
import { ZoneEditor } from "./zone-editor/zone-editor";

customElements.define("live-board", LiveBoard);
customElements.define("zone-editor", ZoneEditor);
customElements.define("track-map", TrackMap);
customElements.define("evidence-map", EvidenceMap);
