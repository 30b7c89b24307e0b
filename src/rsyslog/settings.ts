import type { ConfigObject, ParsedConfiguration } from './rainerscript.ts'

/** `type="..."` of an object, in lower case; '' if it has none. */
export function typeOf({ parameters }: ConfigObject): string {
  return parameters.get('type')?.value.toLowerCase() ?? ''
}

/** `on` of rsyslog; absent: the fallback. */
export function isOn(object: ConfigObject | undefined, name: string, fallback: boolean): boolean {
  const value = object?.parameters.get(name)?.value.toLowerCase()
  return value === undefined ? fallback : value === 'on' || value === 'yes' || value === 'true' || value === '1'
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }
const AMOUNT = /^(-?\d{1,15})\s?([kmgt]?)$/i

/** A number with an optional unit: `256k`. `undefined` if it is absent or no number. */
export function amount(object: ConfigObject | undefined, name: string): number | undefined {
  return amountOf(object?.parameters.get(name)?.value)
}

export function amountOf(value: string | undefined): number | undefined {
  const found = value === undefined ? null : AMOUNT.exec(value.trim())
  return found === null ? undefined : Number(found[1]) * UNITS[found[2]!.toLowerCase()]!
}

/** Line of the parameter, or of the object where it is missing. */
export function lineOf(object: ConfigObject, name: string): number {
  return object.parameters.get(name)?.line ?? object.line
}

/** The value of a global setting with its line: the new syntax or the old directive; the first one counts. */
export function globalSetting(
  { objects, directives }: ParsedConfiguration,
  parameter: string,
  directive: string,
): { value: string; line: number } | undefined {
  const found = objects.find(({ kind, parameters }) => kind === 'global' && parameters.has(parameter))
  return found?.parameters.get(parameter) ?? directives.find(({ name }) => name === directive)
}
