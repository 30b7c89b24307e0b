import { actionFindings } from './lint-action.ts'
import { globalFindings } from './lint-global.ts'
import { queueFindings } from './lint-queue.ts'
import { templateFindings } from './lint-template.ts'
import { tlsFindings } from './lint-tls.ts'
import { parseConfiguration, type ConfigObject } from './rainerscript.ts'
import { typeOf } from './settings.ts'

/** `loss`: lines can get lost, or never arrive. `advice`: it works, but not as well as it could. */
export type Severity = 'loss' | 'advice'

/** Something that a check found. */
export interface Finding {
  readonly line: number
  readonly severity: Severity
  /** What is wrong, what comes of it, what to set instead. */
  readonly text: string
}

export interface Warning extends Finding {
  readonly file: string
}

/**
 * Checks an rsyslog configuration that starts naslog: its omprog and mmexternal actions, their queues and templates, TLS,
 * and the global settings that change what they get. Total. It sees this one file only, no includes.
 * Warnings come in the order of their lines.
 */
export function lintRsyslog(text: string, file: string): Warning[] {
  const configuration = parseConfiguration(text)
  const actions = programActions(configuration.objects)
  const findings = [...globalFindings(configuration, text), ...tlsFindings(configuration)]
  if (actions.length === 0) {
    findings.push({ line: 1, severity: 'advice', text: 'no omprog or mmexternal action here: nothing in this file feeds naslog' })
  }
  for (const action of actions) {
    findings.push(...actionFindings(action), ...queueFindings(action))
    if (typeOf(action) === 'omprog') findings.push(...templateFindings(action, configuration))
  }
  return findings.sort((a, b) => a.line - b.line).map((finding) => ({ file, ...finding }))
}

/** The actions that run a program: those that run naslog or, if none does, all. */
function programActions(objects: readonly ConfigObject[]): ConfigObject[] {
  const programs = objects.filter((object) => object.kind === 'action' && ['omprog', 'mmexternal'].includes(typeOf(object)))
  const ours = programs.filter(({ parameters }) => parameters.get('binary')?.value.includes('naslog'))
  return ours.length > 0 ? ours : programs
}
