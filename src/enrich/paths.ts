import { shareRow, type ShareRow } from '../config/enrichment.ts'
import { F } from '../fields/index.ts'
import { copyOf, lowerAscii, toBytes, type ByteString } from '../lib/bytes.ts'
import { remember } from '../lib/remember.ts'
import type { Enricher } from './enricher.ts'
import { watchTable, type TableSettings } from './table.ts'

/** What is known of folders, and what file names tell. */
export interface Paths {
  readonly enricher: Enricher
  refresh(): readonly string[]
}

interface Folder {
  readonly share: ByteString | undefined
  readonly sensitivity: ByteString | undefined
}

/** What a path tells, but for the name of the file. */
interface Place {
  readonly folder: Folder | undefined
  /** Its first part. */
  readonly first: ByteString
  readonly isHidden: boolean
  readonly kind: string | undefined
  /** How many parts were looked up in the table. */
  readonly depth: number
}

/** Folders that are remembered with what they tell: files change from line to line, folders less. */
const REMEMBERED = 10_000

/** Reads the table of folders. Throws a ConfigurationError. */
export function createPaths(settings: TableSettings<ShareRow>): Paths {
  const folders = watchTable(settings, shareRow, [], compileFolders)
  const enricher: Enricher = {
    name: 'paths',
    sets: [F['naslog.file.share'], F['naslog.file.sensitivity'], F['naslog.file.hidden'], F['naslog.file.kind']],
    apply(event) {
      const path = event.get(F['file.path'])
      if (path === undefined) return
      const place = folders.current(path)
      // A path of QNAP begins with the share; one of Qumulo begins at the root of the file system.
      event.set(F['naslog.file.share'], place.folder?.share ?? (event.get(F['naslog.parser']) === 'qnap' ? place.first : undefined))
      event.set(F['naslog.file.sensitivity'], place.folder?.sensitivity)
      if (place.isHidden) event.set(F['naslog.file.hidden'], true)
      event.set(F['naslog.file.kind'], place.kind ?? (event.get(F['file.fork_name']) === undefined ? kindOfFile(event.get(F['file.name']) ?? '') : 'stream'))
    },
  }
  return { enricher, refresh: () => folders.refresh() }
}

/** What begins the names of folders whose content is not what people work on, and hidden names. */
const MARKS = '@#.$~'

/** Of the folders of the table that hold a path, the innermost counts. ASCII case does not count, as it does not over SMB. */
function compileFolders(rows: readonly ShareRow[]): (path: ByteString) => Place {
  const folders = new Map<string, Folder>()
  let deepest = 0
  for (const row of rows) {
    const parts = lowerAscii(toBytes(row.path)).split('/').filter((part) => part !== '')
    const key = parts.join('/')
    deepest = Math.max(deepest, parts.length)
    if (folders.has(key)) continue
    folders.set(key, {
      share: row.share === undefined ? undefined : toBytes(row.share),
      sensitivity: row.sensitivity === undefined ? undefined : toBytes(row.sensitivity),
    })
  }
  const placeOf = (path: ByteString): Place => {
    let folder = folders.get('')
    const start = startOf(path)
    let end = start
    let depth = 0
    // No deeper than the table: a hostile path has a million parts.
    for (; depth < deepest && end < path.length; depth++) {
      const slash = path.indexOf('/', end === start ? start : end + 1)
      end = slash < 0 ? path.length : slash
      folder = folders.get(lowerAscii(path.slice(start, end))) ?? folder
    }
    return { folder, first: copyOf(firstPart(path)), isHidden: path.startsWith('.') || path.includes('/.'), kind: kindOfFolders(path), depth }
  }
  const remembered = remember(REMEMBERED, placeOf)
  return (path) => {
    const slash = path.lastIndexOf('/')
    if (slash <= 0 || MARKS.includes(path.charAt(slash + 1))) return placeOf(path)
    const place = remembered(path.slice(0, slash))
    if (place.depth === deepest) return place
    // The path may itself be in the table.
    const own = folders.get(lowerAscii(path.slice(startOf(path))))
    return own === undefined ? place : { ...place, folder: own }
  }
}

function startOf(path: ByteString): number {
  return path.startsWith('/') ? 1 : 0
}

function firstPart(path: ByteString): ByteString {
  const start = startOf(path)
  const slash = path.indexOf('/', start)
  return path.slice(start, slash < 0 ? path.length : slash)
}

/** What all of these begin with; most paths have none of it. */
const MARKED_FOLDER = /(?:^|\/)[@#.$~]/
/** Folders whose content is not what people work on, wherever they stand in the path. */
const RECYCLE_BIN = /(?:^|\/)(?:@Recycle|#recycle|\.recycle|\$RECYCLE\.BIN)(?:\/|$)/i
const SNAPSHOT = /(?:^|\/)(?:@Recently-Snapshot|\.snapshots?|~snapshot)(?:\/|$)/i
const THUMBNAIL = /(?:^|\/)(?:\.@__thumb|@eaDir)(?:\/|$)/

function kindOfFolders(path: ByteString): string | undefined {
  if (!MARKED_FOLDER.test(path)) return undefined
  if (RECYCLE_BIN.test(path)) return 'recycle_bin'
  if (SNAPSHOT.test(path)) return 'snapshot'
  return THUMBNAIL.test(path) ? 'thumbnail' : undefined
}

/** Names of their own, in lower case. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['.ds_store', 'system'],
  ['thumbs.db', 'system'],
  ['desktop.ini', 'system'],
  ['.localized', 'system'],
])
const LONGEST_NAME = Math.max(...[...NAMES.keys()].map((name) => name.length))

/** Endings, in lower case: lock files of Access and AutoCAD; what editors, Office and browsers write until a file is whole. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ...['laccdb', 'ldb', 'dwl', 'dwl2', 'lck', 'lock'].map((ending) => [ending, 'lock'] as const),
  ...['tmp', 'temp', 'swp', 'swx', 'part', 'partial', 'crdownload', 'filepart'].map((ending) => [ending, 'temporary'] as const),
])
const LONGEST_ENDING = Math.max(...[...ENDINGS.keys()].map((ending) => ending.length))

function kindOfFile(name: ByteString): string | undefined {
  const last = name.length - 1
  // The owner files of Office and LibreOffice.
  if (name.startsWith('~$') || name.startsWith('.~lock.')) return 'lock'
  // What macOS writes beside a file on a share.
  if (name.startsWith('._')) return 'system'
  if (name.charCodeAt(last) === TILDE || isExcelTemporary(name)) return 'temporary'
  const known = name.length <= LONGEST_NAME ? NAMES.get(lowerAscii(name)) : undefined
  if (known !== undefined) return known
  const dot = name.lastIndexOf('.')
  return dot < 0 || last - dot > LONGEST_ENDING ? undefined : ENDINGS.get(lowerAscii(name.slice(dot + 1)))
}

const TILDE = 0x7e

/** Excel saves to a name of eight hexadecimal digits without an ending, and renames it. */
function isExcelTemporary(name: ByteString): boolean {
  return name.length === 8 && /^[0-9A-F]{8}$/.test(name)
}
