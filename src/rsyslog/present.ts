import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfiguration } from './rainerscript.ts'
import { amountOf, globalSetting } from './settings.ts'

/** What the machine's rsyslog configuration sets already. */
export interface Present {
  /** Modules that are loaded. */
  readonly loaded: readonly string[]
  /** maxMessageSize in bytes and the file that sets it; `undefined` if none does. */
  readonly maxMessageSize: { readonly bytes: number; readonly file: string } | undefined
  /** Name of the user that rsyslogd becomes after its start, as on Ubuntu; `undefined` if it keeps its rights. */
  readonly user: string | undefined
}

/** Reads /etc/rsyslog.conf and /etc/rsyslog.d/*.conf below the directory. Files that cannot be read count as empty. */
export function readPresent(directory: string): Present {
  const loaded = new Set<string>()
  let maxMessageSize: Present['maxMessageSize']
  let user: string | undefined
  for (const file of configurationFiles(directory)) {
    const configuration = parseConfiguration(readText(file))
    for (const { kind, parameters } of configuration.objects) {
      if (kind === 'module') loaded.add(parameters.get('load')?.value ?? '')
    }
    for (const { name, value } of configuration.directives) {
      if (name === 'modload') loaded.add(value.replace(/\.so$/, ''))
    }
    const bytes = amountOf(globalSetting(configuration, 'maxmessagesize', 'maxmessagesize')?.value)
    if (bytes !== undefined) maxMessageSize ??= { bytes, file }
    user ??= globalSetting(configuration, 'privdrop.user.name', 'privdroptouser')?.value
  }
  return { loaded: [...loaded], maxMessageSize, user }
}

function configurationFiles(directory: string): string[] {
  const folder = join(directory, 'etc/rsyslog.d')
  let names: string[] = []
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
  } catch {
    // No such folder: nothing is set there.
  }
  return [join(directory, 'etc/rsyslog.conf'), ...names.sort().map((name) => join(folder, name))]
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
