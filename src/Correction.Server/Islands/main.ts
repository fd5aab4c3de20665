// The one script that pages name. Elements are defined here; the map itself is loaded only when a page has one.
import "./islands.css";
import { FreshList } from "./fresh-list/fresh-list";
import { LiveBoard } from "./live-board/live-board";
import { LiveOverview } from "./live-overview/live-overview";
import { ReplayFilm } from "./replay-film/replay-film";
import { ReplayMap } from "./replay-map/replay-map";
import { PeriodPage } from "./track-map/period-page";
import { EvidenceMap, PeriodMap, TrackMap } from "./track-map/track-map";
import { VisitRoom } from "./visit-room/visit-room";
import { ZoneEditor } from "./zone-editor/zone-editor";

customElements.define("fresh-list", FreshList);
customElements.define("live-board", LiveBoard);
customElements.define("live-overview", LiveOverview);
customElements.define("zone-editor", ZoneEditor);
customElements.define("replay-film", ReplayFilm);
customElements.define("replay-map", ReplayMap);
customElements.define("track-map", TrackMap);
customElements.define("period-map", PeriodMap);
customElements.define("period-page", PeriodPage);
customElements.define("evidence-map", EvidenceMap);
customElements.define("visit-room", VisitRoom);
