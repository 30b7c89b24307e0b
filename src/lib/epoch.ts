/** A moment since 1970, with as many digits as it was told with. */
export interface Moment {
  readonly seconds: number
  /** Digits of the second's fraction, at most nine; empty if there are none. */
  readonly fraction: string
}

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/

/** Reads an ISO 8601 time with an offset; `undefined` for anything else, and for times before 1970. */
export function readMoment(text: string | undefined): Moment | undefined {
  const [, whole, fraction = '', offset] = ISO.exec(text ?? '') ?? []
  if (whole === undefined || offset === undefined) return undefined
  const ms = Date.parse(whole + offset)
  return ms >= 0 ? { seconds: ms / 1000, fraction } : undefined
}
