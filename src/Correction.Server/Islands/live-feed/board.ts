// What a live board holds, and how messages change it. Pure: no connection, no clock, no DOM.
//
// The server numbers every change of a board. A delta carries the whole new state of what changed between
// `fromSequence` (exclusive) and `toSequence` (inclusive), so it may be applied exactly when `fromSequence` is the
// sequence we hold. Older ones are dropped; later ones wait while we ask for what is missing.

export interface Position { lon: number; lat: number; accuracy: number | null; at: string }

export interface Subject {
  id: string;
  name: string;
  status: string;
  position: Position | null;
  battery: number | null;
  openAlerts: number;
}

export type AlertState = "open" | "acknowledged" | "escalated" | "resolved";

export interface Alert {
  id: string;
  subjectId: string;
  subjectName: string;
  kind: string;
  severity: string;
  raisedAt: string;
  dueAt: string | null;
  state: AlertState;
  condition: "on" | "cleared";
}

/** One visit of a day: how many come, never who. Times are instants, `date` is the day in China. */
export interface Visit {
  id: string;
  jurisdiction: string;
  prison: string;
  date: string;
  from: string;
  to: string;
  opensAt: string;
  /** As on the visit, or `rescheduled`: it is not of this day any more. */
  state: string;
  place: string;
  visitors: number;
  flagged: boolean;
}

export interface Moved { id: string; position: Position | null; battery?: number | null }

/** A child jurisdiction on a board above county: how many, never who. */
export interface Tally {
  jurisdiction: string;
  subjects: number;
  reporting: number;
  breach: number;
  silent: number;
  unheard: number;
  openAlerts: number;
}

export interface BoardContent { subjects?: Subject[]; visits?: Visit[]; alerts?: Alert[]; children?: Tally[] }

export interface BoardDelta extends BoardContent { moved?: Moved[] }

export type FeedMessage =
  | { type: "snapshot"; board: string; sequence: number; content: BoardContent }
  | { type: "delta"; board: string; from: number; to: number; content: BoardDelta };

type Delta = Extract<FeedMessage, { type: "delta" }>;

export interface BoardState {
  readonly board: string;
  /** The sequence this state stands for; null before the first snapshot. */
  readonly sequence: number | null;
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly visits: ReadonlyMap<string, Visit>;
  readonly alerts: ReadonlyMap<string, Alert>;
  /** By jurisdiction; empty on the board of a county or station. */
  readonly children: ReadonlyMap<string, Tally>;
  /** Deltas that came before the ones they build on. */
  readonly waiting: readonly Delta[];
}

/** More than this many early deltas are not worth keeping: the answer to the resync carries them again. */
export const waitingLimit = 64;

export const emptyBoard = (board: string): BoardState =>
  ({ board, sequence: null, subjects: new Map(), visits: new Map(), alerts: new Map(), children: new Map(), waiting: [] });

/** The state as rendered by the server, so that the page shows something before the feed is up. */
export function boardFrom(board: string, sequence: number | null, content: BoardContent): BoardState {
  return {
    board,
    sequence,
    subjects: byId(content.subjects),
    visits: byId(content.visits),
    alerts: byId(content.alerts?.filter(isOpen)),
    children: byJurisdiction(content.children),
    waiting: [],
  };
}

export interface Reduced {
  readonly state: BoardState;
  /** True when what is missing must be asked for: `Watch(board, state.sequence)`. */
  readonly resync: boolean;
}

export function reduce(state: BoardState, message: FeedMessage): Reduced {
  if (message.board !== state.board) return { state, resync: false };
  if (message.type === "snapshot") {
    // A snapshot always wins, also one with a lower number: after a restart the server counts anew. What waited and
    // does not follow it may be from before the restart; if something is really missing, the next delta shows it.
    const { state: fresh } = drain({ ...boardFrom(state.board, message.sequence, message.content), waiting: state.waiting });
    return { state: { ...fresh, waiting: [] }, resync: false };
  }
  if (state.sequence === null) return { state: { ...state, waiting: queued(state.waiting, message) }, resync: false };
  if (message.to <= state.sequence) return { state, resync: false };
  if (message.from === state.sequence) return drain(apply(state, message));
  return { state: { ...state, waiting: queued(state.waiting, message) }, resync: true };
}

/** After a new connection nothing that waited can be trusted to fit; what we hold stays on the screen. */
export const reconnected = (state: BoardState): BoardState => ({ ...state, waiting: [] });

function drain(state: BoardState): Reduced {
  let current = state;
  for (;;) {
    const sequence = current.sequence ?? 0;
    const waiting = current.waiting.filter((d) => d.to > sequence);
    const next = waiting.find((d) => d.from === sequence);
    if (!next) return { state: { ...current, waiting }, resync: waiting.length > 0 };
    current = apply({ ...current, waiting: waiting.filter((d) => d !== next) }, next);
  }
}

function apply(state: BoardState, delta: Delta): BoardState {
  const { moved, subjects, visits, alerts, children } = delta.content;
  return {
    ...state,
    sequence: delta.to,
    subjects: move(merge(state.subjects, subjects), moved),
    visits: visits?.length ? ofLastDay(merge(state.visits, visits)) : state.visits,
    alerts: alerts?.length ? new Map([...merge(state.alerts, alerts)].filter(([, a]) => isOpen(a))) : state.alerts,
    children: children?.length ? new Map([...state.children, ...byJurisdiction(children)]) : state.children,
  };
}

/** A board holds the visits of one day: those of the day before leave it, and what was moved to another day. */
function ofLastDay(visits: ReadonlyMap<string, Visit>): ReadonlyMap<string, Visit> {
  const day = [...visits.values()].reduce((last, v) => (v.date > last ? v.date : last), "");
  return new Map([...visits].filter(([, v]) => v.date === day && v.state !== "rescheduled"));
}

const isOpen = (alert: Alert): boolean => alert.state !== "resolved";

const queued = (waiting: readonly Delta[], delta: Delta): readonly Delta[] =>
  [...waiting.filter((d) => d.from !== delta.from || d.to !== delta.to), delta].slice(-waitingLimit);

const byId = <T extends { id: string }>(items: readonly T[] | undefined): ReadonlyMap<string, T> =>
  new Map((items ?? []).map((item) => [item.id, item]));

const byJurisdiction = (tallies: readonly Tally[] | undefined): ReadonlyMap<string, Tally> =>
  new Map((tallies ?? []).map((tally) => [tally.jurisdiction, tally]));

function merge<T extends { id: string }>(held: ReadonlyMap<string, T>, changed: readonly T[] | undefined): ReadonlyMap<string, T> {
  if (!changed?.length) return held;
  const merged = new Map(held);
  for (const item of changed) merged.set(item.id, item);
  return merged;
}

function move(held: ReadonlyMap<string, Subject>, moved: readonly Moved[] | undefined): ReadonlyMap<string, Subject> {
  if (!moved?.length) return held;
  const next = new Map(held);
  for (const { id, position, battery } of moved) {
    const subject = next.get(id);
    // One we do not know arrives whole in `subjects` when it joins the board.
    if (subject) next.set(id, { ...subject, position, battery: battery === undefined ? subject.battery : battery });
  }
  return next;
}
