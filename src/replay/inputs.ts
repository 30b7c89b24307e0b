import { accessSync, constants, lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { printableText } from '../lib/printable.ts'
import { readFault } from '../lib/system-fault.ts'

/** A regular file that shall be replayed. */
export interface InputFile {
  readonly path: string
  readonly device: number
  readonly inode: number
  /** Bytes on disk. */
  readonly size: number
  /** Last change, milliseconds since 1970. */
  readonly changed: number
}

/** An operand that cannot be replayed; the message is for people. */
export class InputError extends Error {}

/**
 * The files that the operands name: files, directories with everything below them, and globs that the shell left alone. In
 * the order of the operands, directories by name; each file once, whatever it is called. Names that begin with a dot are
 * passed over in directories and by globs, and links to directories are not followed there. `own` are files that naslog itself
 * writes, by `keyOf`: they are left out. Throws an InputError.
 */
export function findInputs(operands: readonly string[], own: ReadonlySet<string> = new Set()): InputFile[] {
  const found = new Map<string, InputFile>()
  for (const operand of operands) {
    const paths = exists(operand) ? [operand] : expandGlob(operand)
    if (paths.length === 0) throw new InputError(`${printableText(operand)}: ${isGlob(operand) ? 'no file matches' : 'no such file'}`)
    for (const path of paths) collect(path, found, true)
  }
  return [...found].flatMap(([key, file]) => (own.has(key) ? [] : [file]))
}

/** What tells a file from all others of this machine. */
export function keyOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`
}

/** Adds the file, or every file below the directory. */
function collect(path: string, found: Map<string, InputFile>, named = false): void {
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) {
      for (const name of namesIn(path)) {
        const child = join(path, name)
        if (lstatSync(child).isSymbolicLink() && statSync(child, { throwIfNoEntry: false })?.isFile() !== true) continue
        collect(child, found)
      }
    } else if (stat.isFile()) {
      const key = keyOf(stat)
      if (found.has(key)) return
      accessSync(path, constants.R_OK)
      found.set(key, { path, device: stat.dev, inode: stat.ino, size: stat.size, changed: stat.mtimeMs })
    } else if (named) throw new InputError(`${printableText(path)}: neither a file nor a directory; lines from a pipe come on standard input, as -`)
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${printableText(path)}: ${readFault(error)}`)
  }
}

function namesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('.')).sort()
}

/** True also for what may not be looked at: whoever opens it says why. */
function exists(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code !== 'ENOENT' && code !== 'ENOTDIR'
  }
}

function isGlob(text: string): boolean {
  return /[*?[]/.test(text)
}

/** Paths that fit a glob: `*`, `?` and `[a-z]` within a name, `**` for any number of directories. Sorted by name. */
function expandGlob(glob: string): string[] {
  if (!isGlob(glob)) return []
  const steps = glob.split('/').filter((step, index) => step !== '' || index === 0)
  const root = glob.startsWith('/') ? '/' : ''
  return [...new Set(expand(root, root === '' ? steps : steps.slice(1)))]
}

function expand(folder: string, [step, ...rest]: readonly string[]): string[] {
  if (step === undefined) return [folder]
  if (step === '**') {
    const below = foldersIn(folder).flatMap((name) => expand(join(folder, name), ['**', ...rest]))
    return [...expand(folder, rest.length === 0 ? ['*'] : rest), ...below]
  }
  if (!isGlob(step)) {
    const path = join(folder, step)
    return exists(path) ? expand(path, rest) : []
  }
  const names = list(folder).filter((name) => matchesStep(step, name))
  return names.flatMap((name) => {
    const path = join(folder, name)
    return rest.length === 0 || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? expand(path, rest) : []
  })
}

/** Nothing where the directory cannot be read: globs do not complain. */
function list(folder: string): string[] {
  try {
    return namesIn(folder === '' ? '.' : folder)
  } catch {
    return []
  }
}

function foldersIn(folder: string): string[] {
  return list(folder).filter((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true)
}

/** The pattern is the user's own, so its regular expression may be as slow as the user likes. */
function matchesStep(step: string, name: string): boolean {
  const source = step.replace(/\[!?[^\]]+\]|[^]/g, (part) => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    if (part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return part.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
  })
  try {
    return new RegExp(`^${source}$`, 's').test(name)
  } catch {
    return false
  }
}
