import type { Finding } from './lint.ts'
import type { ConfigObject, ParsedConfiguration } from './rainerscript.ts'
import { globalSetting, isOn, lineOf } from './settings.ts'

/** What a template of the kind carries, as far as naslog cares. */
interface Contents {
  /** The message as it came, or at least its structured data. */
  readonly complete: boolean
  /** Control characters come out escaped, whatever rsyslog does at reception. */
  readonly json: boolean
  readonly endsLine: boolean
}

/** Built-in templates (tools/rsyslogd.c). Only the protocol formats keep PRI and structured data. */
const BUILT_IN: ReadonlyMap<string, Contents> = new Map([
  ['RSYSLOG_FileFormat', { complete: false, json: false, endsLine: true }],
  ['RSYSLOG_TraditionalFileFormat', { complete: false, json: false, endsLine: true }],
  ['RSYSLOG_ForwardFormat', { complete: false, json: false, endsLine: false }],
  ['RSYSLOG_TraditionalForwardFormat', { complete: false, json: false, endsLine: false }],
  ['RSYSLOG_DebugFormat', { complete: false, json: false, endsLine: true }],
  ['RSYSLOG_SyslogProtocol23Format', { complete: true, json: false, endsLine: true }],
])

/** What is wrong with the template that feeds the action. */
export function* templateFindings(action: ConfigObject, configuration: ParsedConfiguration): Generator<Finding> {
  const name = action.parameters.get('template')?.value ?? 'RSYSLOG_FileFormat'
  const line = lineOf(action, 'template')
  const contents = BUILT_IN.get(name) ?? contentsOf(name, configuration)
  if (contents === undefined) {
    yield { line, severity: 'advice', text: `template ${name} is not in this file and was not checked` }
    return
  }
  if (!contents.complete) {
    yield {
      line,
      severity: 'loss',
      text: `template ${name} drops the RFC 5424 structured data, in which QNAP sends user, address and action; use one with rawmsg`,
    }
  } else if (BUILT_IN.has(name)) {
    yield { line, severity: 'advice', text: `template ${name} tells neither the sender's address nor the time of reception; use one with rawmsg` }
  }
  if (!contents.endsLine) {
    yield { line, severity: 'advice', text: `template ${name} does not end with a line feed: rsyslog adds it with a write of its own and warns; end it with \\n` }
  }
  const escaping = globalSetting(configuration, 'parser.escapecontrolcharactersonreceive', 'escapecontrolcharactersonreceive')
  if (!contents.json && escaping?.value.toLowerCase() === 'off') {
    yield {
      line: escaping.line,
      severity: 'loss',
      text: `escapeControlCharactersOnReceive is off and template ${name} is plain: a line feed inside a message makes two lines of it, and answers no longer match; use a JSON template`,
    }
  }
}

const COMPLETE: ReadonlySet<string> = new Set(['rawmsg', 'rawmsg-after-pri', 'structured-data', 'jsonmesg'])

/** Contents of a template of this file; `undefined` if it is not there or made by other means. */
function contentsOf(name: string, configuration: ParsedConfiguration): Contents | undefined {
  const template = configuration.objects.find(({ kind, parameters }) => kind === 'template' && parameters.get('name')?.value === name)
  if (template === undefined) return legacyContents(name, configuration)
  const type = template.parameters.get('type')?.value.toLowerCase()
  if (type === 'string') return stringContents(template.parameters.get('string')?.value ?? '')
  return type === 'list' ? listContents(template, configuration) : undefined
}

/** `$template name,"..."` */
function legacyContents(name: string, { directives }: ParsedConfiguration): Contents | undefined {
  const prefix = `${name},`
  const definition = directives.find((directive) => directive.name === 'template' && directive.value.startsWith(prefix))
  const quoted = definition === undefined ? null : /^\s*"(.*)"/.exec(definition.value.slice(prefix.length))
  return quoted === null ? undefined : stringContents(quoted[1]!)
}

const PROPERTY = /%([^%:]*)(?::[^%]*)?%/g

function stringContents(text: string): Contents {
  const properties = [...text.matchAll(PROPERTY)].map(([whole, name]) => ({ name: name!.toLowerCase(), whole: whole.toLowerCase() }))
  return {
    complete: properties.some(({ name }) => COMPLETE.has(name)),
    json: properties.every(({ name, whole }) => name === 'jsonmesg' || name.startsWith('$!') || /:jsonf?\b/.test(whole)),
    endsLine: text.endsWith('\\n'),
  }
}

function listContents(template: ConfigObject, { objects }: ParsedConfiguration): Contents {
  const parts = objects.filter(({ parent }) => parent === template)
  const properties = parts.filter(({ kind }) => kind === 'property')
  const jsonf = isOn(template, 'option.jsonf', false)
  const last = parts.at(-1)
  return {
    complete: properties.some(({ parameters }) => COMPLETE.has(parameters.get('name')?.value.toLowerCase() ?? '')),
    json: jsonf || isOn(template, 'option.json', false) || properties.every(escapesItself),
    endsLine: jsonf || (last?.kind === 'constant' && last.parameters.get('value')?.value.endsWith('\\n') === true),
  }
}

function escapesItself({ parameters }: ConfigObject): boolean {
  return /^jsonf?r?$/.test(parameters.get('format')?.value.toLowerCase() ?? '') || parameters.get('name')?.value.toLowerCase() === 'jsonmesg'
}
