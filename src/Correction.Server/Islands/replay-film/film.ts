// A period of a subject, a visit or a board, frame by frame. Pure: no DOM, no clock. Times are milliseconds since 1970.
// As ReplayFilm.Write of the pages: a frame holds the lines that changed, in words; a line without cells is gone.

export interface Row { key: string; label: string; href: string | null; cells: string[] }

export interface Frame { at: number; rows: Row[] }

export interface Film { asItWas: Frame[]; asKnownThen: Frame[] }

/** The lines at `at`: what the frames up to then have left standing. */
export function rowsAt(frames: readonly Frame[], at: number): Row[] {
  const rows = new Map<string, Row>();
  for (const frame of frames) {
    if (frame.at > at) break;
    for (const row of frame.rows) {
      if (row.cells.length === 0) rows.delete(row.key);
      else rows.set(row.key, row);
    }
  }
  return [...rows.values()];
}
