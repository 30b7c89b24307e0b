/** How far a file was replayed. Positions are in its uncompressed bytes, so that they hold when logrotate has compressed it. */
export interface Position {
  /** Where the first of `lines` begins. */
  readonly from: number
  /** Lines between there and the position: event.id of what follows depends on them. */
  readonly lines: number
  /** Lines before the position. */
  readonly line: number
  /** Length of the last line before the position if it had no newline yet: should it have been unfinished, it is sent again whole. */
  readonly torn?: number | undefined
  /** Date (see years.ts) of the last stamp before the position, and its year. */
  readonly date?: number | undefined
  readonly year?: number | undefined
}

export const BEGINNING: Position = { from: 0, lines: 0, line: 0 }
