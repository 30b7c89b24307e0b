import type { Field } from '../../fields/declare.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { startsAt } from '../../lib/starts-at.ts'

/** What stands in the holes of a template, and the fields that it goes to. */
const holes: Readonly<Record<string, readonly Field<string>[]>> = {
  '': [],
  user: [F['user.target.name']],
  group: [F['group.name']],
  'shared folder': [F['qnap.nas.shared_folder'], F['qnap.nas.file.path'], F['file.path']],
  folder: [F['qnap.nas.shared_folder']],
  volume: [F['qnap.nas.volume']],
  snapshot: [F['qnap.nas.snapshot']],
  'RAID group': [F['qnap.nas.raid_group']],
  pool: [F['qnap.nas.storage_pool']],
  disk: [F['qnap.nas.disk']],
  interface: [F['qnap.nas.interface']],
  job: [F['qnap.nas.job']],
  'NTP server': [F['qnap.nas.ntp_server']],
  package: [F['package.name']],
  version: [F['package.version']],
  from: [F['qnap.nas.firmware.from']],
  to: [F['qnap.nas.firmware.to']],
}

/** A text of the device with holes: `Deleted snapshot "<snapshot>". Volume: <volume>`. `<>` is a hole whose value nobody wants. */
export interface Template {
  /** The fixed parts: one more than holes. */
  readonly parts: readonly string[]
  readonly holes: readonly { readonly name: string; readonly quoted: boolean; readonly fields: readonly Field<string>[] }[]
}

/** Compiles a template; a hole that is not declared is an error of the table. */
export function template(text: string): Template {
  const pieces = text.split(/<([^>]*)>/)
  const parts = pieces.filter((_, index) => index % 2 === 0)
  const names = pieces.filter((_, index) => index % 2 === 1)
  return {
    parts,
    holes: names.map((name, index) => {
      const fields = holes[name]
      if (fields === undefined) throw new Error(`unknown hole <${name}> in ${text}`)
      return { name, quoted: parts[index]?.endsWith('"') === true, fields }
    }),
  }
}

/**
 * The values in the holes, or `undefined` if the text does not fit. Fixed parts are looked for from the end, so that a name
 * in quotes runs to the last quote that fits: names may hold quotes and the words of the text. A value without quotes
 * has no comma, and a version begins with a digit.
 */
export function match({ parts, holes }: Template, text: ByteString): readonly ByteString[] | undefined {
  const head = parts[0] ?? ''
  if (head !== '' && !startsAt(text, head, 0)) return undefined
  if (holes.length === 0) return text.length === head.length ? [] : undefined
  const values: ByteString[] = []
  let end = text.length
  for (let index = holes.length; index >= 1; index--) {
    const part = parts[index] ?? ''
    const at = index === holes.length ? endsAt(text, part) : text.lastIndexOf(part, end - part.length)
    if (at < head.length || at + part.length > end) return undefined
    if (index < holes.length) values[index] = text.slice(at + part.length, end)
    end = at
  }
  values[0] = text.slice(head.length, end)
  return holes.every(({ name, quoted }, index) => isPlausible(values[index] ?? '', name, quoted)) ? values : undefined
}

function endsAt(text: ByteString, part: string): number {
  return text.endsWith(part) ? text.length - part.length : -1
}

function isPlausible(value: ByteString, name: string, quoted: boolean): boolean {
  if (name === 'version') return /^\d\S*$/.test(value)
  return quoted || name === '' || !value.includes(', ')
}
