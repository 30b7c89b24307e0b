/** No room: it may be there later, when records have been delivered or a person has tidied up. One line of text. */
export interface Full {
  readonly full: string
}

/** The disk or the system refuses for another reason. One line of text. */
export interface Failed {
  readonly failed: string
}

/** ENOSPC: disk full; EDQUOT: quota; EFBIG: the process's limit on file sizes (`ulimit -f`). */
const FULL_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** The system's code of an error (`ENOSPC`), or `undefined` for anything but a system error. */
export function errorCode(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return error instanceof Error && typeof code === 'string' && 'syscall' in error ? code : undefined
}

/** An error of the system as a value; anything else is our own bug and is thrown again. */
export function fault(error: unknown, doing: string): Full | Failed {
  const code = errorCode(error)
  if (code === undefined) throw error
  const text = oneLine(`${doing}: ${(error as Error).message}`)
  return FULL_CODES.has(code) ? { full: text } : { failed: text }
}

/** As `fault`, where no room is a failure like any other. */
export function failure(error: unknown, doing: string): Failed {
  const found = fault(error, doing)
  return 'full' in found ? { failed: found.full } : found
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, ' ')
}
