import { basename, dirname, join } from 'node:path'
import { DAY } from '../lib/calendar.ts'

/** What a file name says of its place among the files that logrotate made of one log. */
export interface Rotation {
  /** Path of the log itself, before rotation: the same for all files of a series. */
  readonly series: string
  /** Numbered files were made before an administrator turned `dateext` on; the file without either is the newest. */
  readonly kind: 'numbered' | 'dated' | 'current'
  /** Sorts the files of one kind, oldest first: minus the number, or the digits of the date. */
  readonly order: readonly number[]
  /** End of the day in the name (UTC): nothing in the file is later. Milliseconds since 1970. */
  readonly notAfter: number | undefined
}

const COMPRESSED = /\.(?:gz|xz|zst|zstd)$/
/** `qnap.log.10`, at most five digits; `192.0.2.17` is a host's own log, not the 17th of `192.0.2`. */
const NUMBERED = /^(?![\d.]+$)(.+)\.(\d{1,5})$/
/** `qnap.log-20260609`, `qnap.log.2026-06-09`, `qnap-20260609.log`; behind the date an hour or a Unix time, by `dateformat`. */
const DATED = /^(.+?)[-._](\d{4})(-?)(\d\d)\3(\d\d)(?:[-_.T]?(\d{1,10}))?(\.[A-Za-z]\w*)?$/

/** How many times larger the content of a compressed log is, roughly: for progress only. */
const COMPRESSION = 8

/** Bytes that a file holds, estimated where its name says that it is compressed, for each of its own. */
export function expansionOf(path: string | undefined): number {
  return path !== undefined && COMPRESSED.test(path) ? COMPRESSION : 1
}

/** Reads the names that logrotate gives (logrotate(8): the default, `dateext`, `extension`), compressed or not. */
export function rotationOf(path: string): Rotation {
  const folder = dirname(path)
  const name = basename(path).replace(COMPRESSED, '')
  const dated = DATED.exec(name)
  if (dated !== null) {
    const [, stem, year, , month, day, behind, extension = ''] = dated
    const start = Date.UTC(Number(year), Number(month) - 1, Number(day))
    const date = new Date(start)
    if (date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && Number(year) >= 1990 && Number(year) < 2100) {
      return { series: join(folder, stem + extension), kind: 'dated', order: [start, Number(behind ?? -1)], notAfter: start + DAY }
    }
  }
  const numbered = NUMBERED.exec(name)
  if (numbered !== null) {
    return { series: join(folder, numbered[1] as string), kind: 'numbered', order: [-Number(numbered[2])], notAfter: undefined }
  }
  return { series: join(folder, name), kind: 'current', order: [], notAfter: undefined }
}

const KINDS = ['numbered', 'dated', 'current']

/**
 * Groups files into series, each oldest first; the series in the order in which they first occur. Files of equal standing
 * (`qnap.log.1` and a half-made `qnap.log.1.gz`) keep their order.
 */
export function groupIntoSeries<T extends { readonly path: string }>(files: readonly T[]): T[][] {
  const series = new Map<string, { file: T; rotation: Rotation }[]>()
  for (const file of files) {
    const rotation = rotationOf(file.path)
    const members = series.get(rotation.series)
    if (members === undefined) series.set(rotation.series, [{ file, rotation }])
    else members.push({ file, rotation })
  }
  return [...series.values()].map((members) => members.sort((a, b) => compare(a.rotation, b.rotation)).map(({ file }) => file))
}

function compare(a: Rotation, b: Rotation): number {
  if (a.kind !== b.kind) return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)
  for (let index = 0; index < a.order.length; index++) {
    const difference = (a.order[index] as number) - (b.order[index] as number)
    if (difference !== 0) return difference
  }
  return 0
}
