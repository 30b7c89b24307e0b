import type { ByteString } from '../../lib/bytes.ts'

/** The paths of a resource. `newPath` is absent where the action has one path only, or the line shows one. */
export interface Paths {
  readonly path: ByteString
  readonly newPath: ByteString | undefined
  /** True if the names hold ` -> ` themselves and several readings are left; the paths are then the likeliest. */
  readonly ambiguous: boolean
}

const ARROW = ' -> '
/** A resource of 1024 bytes with more arrows than this is nobody's file name. */
const MAX_ARROWS = 32

/**
 * Splits `old -> new` of a rename, move or copy. QNAP's Samba writes both halves as `share/path` of the same share, and says
 * `Move` where the last component stays the same and `Rename` where it does not: that settles most names that hold an
 * arrow. Of what is left, a rename within one directory is the likeliest.
 */
export function splitPaths(resource: ByteString, action: string | undefined): Paths {
  const single = { path: resource, newPath: undefined, ambiguous: false }
  if (action !== 'rename' && action !== 'move' && action !== 'copy') return single
  const arrows = positionsOf(resource)
  const only = arrows[0]
  if (only === undefined) return single

  const root = rootOf(resource)
  const rooted = arrows.filter((at) => resource.startsWith(root, at + ARROW.length))
  // A copy may show the one path only, and its name may hold an arrow.
  if (action === 'copy' && rooted.length === 0) return single
  if (arrows.length === 1) return split(resource, only, false)

  const candidates = rooted.length > 0 ? rooted : arrows
  const fitting = candidates.filter((at) => keepsName(resource, at) === (action !== 'rename'))
  const likely = fitting.length > 0 ? fitting : candidates
  const best = likely.find((at) => keepsDirectory(resource, at)) ?? likely[0] ?? only
  return split(resource, best, likely.length > 1 || arrows.length > MAX_ARROWS)
}

function split(resource: ByteString, at: number, ambiguous: boolean): Paths {
  return { path: resource.slice(0, at), newPath: resource.slice(at + ARROW.length), ambiguous }
}

function positionsOf(resource: ByteString): number[] {
  const positions: number[] = []
  // `a -> -> b` has two arrows that share a blank.
  for (let at = resource.indexOf(ARROW, 1); at >= 0 && positions.length <= MAX_ARROWS; at = resource.indexOf(ARROW, at + 1)) {
    if (at + ARROW.length < resource.length) positions.push(at)
  }
  return positions
}

/** What both paths begin with: `share/`, or `/` of File Station, which moves between shares. */
function rootOf(resource: ByteString): ByteString {
  return resource.slice(0, resource.indexOf('/') + 1)
}

function keepsName(resource: ByteString, at: number): boolean {
  return resource.slice(resource.lastIndexOf('/', at) + 1, at) === resource.slice(resource.lastIndexOf('/') + 1)
}

function keepsDirectory(resource: ByteString, at: number): boolean {
  const directory = resource.slice(0, resource.lastIndexOf('/', at) + 1)
  return directory === resource.slice(at + ARROW.length, resource.lastIndexOf('/') + 1)
}
