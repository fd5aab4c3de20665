// What a page knows of the room it is in: a pure fold over what the hub `/hubs/visit` says.

export type Party = "family" | "prison" | "officer";
export type Mode = "peerToPeer" | "janus";

/** What `Join` answers. */
export interface RoomView {
  party: Party;
  stage: string;
  supervised: boolean;
  mode: Mode;
  present: Party[];
  mediaOpen: boolean;
  remainingSeconds: number;
  reason: string | null;
  iceServers: RTCIceServer[];
  relayOnly: boolean;
}

export type Connection = "preparing" | "joining" | "joined" | "reconnecting" | "replaced" | "refused" | "signedOut";

export interface RoomState {
  connection: Connection;
  view: RoomView | null;
  /** Null while it goes on. */
  over: { how: "cut" | "ended"; reason: string } | null;
  warning: string | null;
  /** Staff stopped picture and sound; the decision follows. */
  halted: boolean;
  /** When `view.remainingSeconds` was said, in milliseconds. */
  heardAt: number;
}

export type RoomEvent =
  | { type: "connection"; connection: Connection }
  | { type: "view"; view: RoomView; at: number }
  | { type: "joined" | "left"; party: Party }
  | { type: "admitted" | "started" | "resumed"; at: number }
  | { type: "interrupted"; reason: string; at: number }
  | { type: "media"; open: boolean }
  | { type: "halted"; on: boolean }
  | { type: "remaining"; seconds: number; at: number }
  | { type: "warned"; reason: string }
  | { type: "cut" | "ended"; reason: string };

export const initial: RoomState = { connection: "preparing", view: null, over: null, warning: null, halted: false, heardAt: 0 };

export function follow(state: RoomState, event: RoomEvent): RoomState {
  if (state.over) return state; // what is over stays over
  const { view } = state;
  switch (event.type) {
    case "connection": return { ...state, connection: event.connection };
    case "halted": return { ...state, halted: event.on };
    case "view": return { ...state, connection: "joined", halted: false, view: event.view, heardAt: event.at };
    case "cut": case "ended": return { ...state, over: { how: event.type, reason: event.reason } };
    case "warned": return { ...state, warning: event.reason };
  }
  if (!view) return state;
  switch (event.type) {
    case "joined": return { ...state, view: { ...view, present: [...view.present.filter((p) => p !== event.party), event.party] } };
    case "left": return { ...state, view: { ...view, present: view.present.filter((p) => p !== event.party) } };
    case "admitted": return { ...state, view: { ...view, stage: "admitted" } };
    case "started": case "resumed": return frozen(state, event.at, { stage: "inProgress", reason: null });
    case "interrupted": return frozen(state, event.at, { stage: "interrupted", reason: event.reason });
    case "media": return { ...state, view: { ...view, mediaOpen: event.open } };
    case "remaining": return { ...state, view: { ...view, remainingSeconds: event.seconds }, heardAt: event.at };
  }
}

/** Seconds of talk that are left; the clock runs only while the visit goes on. */
export const remaining = (state: RoomState, now: number): number =>
  !state.view ? 0 : Math.max(0, Math.round(state.view.remainingSeconds - (state.view.stage === "inProgress" ? (now - state.heardAt) / 1000 : 0)));

/** Whether the officer's page records: from admission on, never with a lawyer. */
export const recording = ({ view, over }: RoomState): boolean =>
  !over && view?.party === "officer" && view.supervised && view.mode === "peerToPeer" && ["admitted", "inProgress", "interrupted"].includes(view.stage);

export type Screen = "prepare" | "wait" | "admitted" | "talk" | "interrupted" | "over" | "away";

/** Which of its screens a page shows. */
export function screen(state: RoomState): Screen {
  if (state.over) return "over";
  if (state.connection === "preparing") return "prepare";
  if (state.connection === "replaced" || state.connection === "refused" || state.connection === "signedOut") return "away";
  switch (state.view?.stage) {
    case "admitted": return state.view.mediaOpen ? "talk" : "admitted";
    case "inProgress": return "talk";
    case "interrupted": return "interrupted";
    default: return "wait";
  }
}

function frozen(state: RoomState, at: number, change: Partial<RoomView>): RoomState {
  return { ...state, heardAt: at, view: { ...state.view!, ...change, remainingSeconds: remaining(state, at) } };
}
