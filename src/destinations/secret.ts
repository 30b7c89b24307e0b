import { readFileSync } from 'node:fs'
import type { Environment } from '../config.ts'

/** Where a secret stands: in a file, or in a variable of the environment. Neither name is secret. */
export interface SecretPlace {
  readonly file?: string | undefined
  readonly env?: string | undefined
}

/** A secret; it reaches no message, log or listing. */
export interface Secret {
  /** What it is now: a file is read each time, so that a new key counts at once. Throws an error that names the place, never the content. */
  read(): string
}

/** Makes a secret of its place. */
export function createSecret({ file, env }: SecretPlace, environment: Environment): Secret {
  if (file !== undefined) return { read: () => checked(readSecretFile(file), file) }
  const value = env === undefined ? undefined : environment[env]
  return { read: () => checked(value ?? '', `the variable ${env ?? ''}`) }
}

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be read'}`)
  }
}

/** What may stand in a header: a line break in it would make another header. */
function checked(content: string, place: string): string {
  const secret = content.trim()
  if (secret === '') throw new Error(`${place}: is empty`)
  if (!/^[ -~]+$/.test(secret)) throw new Error(`${place}: is not one line of ASCII characters`)
  return secret
}
