import type { Finding } from './lint.ts'
import type { ParsedConfiguration } from './rainerscript.ts'
import { amountOf, globalSetting } from './settings.ts'

/** Two paths of 32,760 characters may stand in one Qumulo line. */
const QUMULO_MESSAGE_SIZE = 64 * 1024

/** What is wrong with the settings that hold for all of rsyslog. */
export function* globalFindings(configuration: ParsedConfiguration, text: string): Generator<Finding> {
  const size = globalSetting(configuration, 'maxmessagesize', 'maxmessagesize')
  const bytes = amountOf(size?.value)
  if (size === undefined ? /qumulo/i.test(text) : bytes !== undefined && bytes < QUMULO_MESSAGE_SIZE) {
    yield {
      line: size?.line ?? 1,
      severity: 'loss',
      text: `maxMessageSize is ${size?.value ?? '8k, the default'}: longer Qumulo lines are cut, and their tails become messages of their own; set global(maxMessageSize="256k"), once in all files`,
    }
  }
  const reduction = configuration.directives.find(({ name, value }) => name === 'repeatedmsgreduction' && value.toLowerCase() === 'on')
  if (reduction !== undefined) {
    yield {
      line: reduction.line,
      severity: 'loss',
      text: '$RepeatedMsgReduction is on: repeated events become one line, cut at 800 bytes; set "off"',
    }
  }
}
