import { readFileSync } from 'node:fs'
import { printableText } from '../lib/printable.ts'
import { readFault } from '../lib/system-fault.ts'
import { lintRsyslog } from '../rsyslog/lint.ts'

/** Examines a file of rsyslog for settings that can lose messages; false if there are some, or the file cannot be read. */
export function checkRsyslog(name: string, say: (text: string) => void): boolean {
  let text: string
  try {
    text = readFileSync(name, 'utf8')
  } catch (error) {
    say(`wrong: ${printableText(name)}: ${readFault(error)}`)
    return false
  }
  const warnings = lintRsyslog(text, name)
  for (const { file, line, severity, text } of warnings) {
    say(`${severity === 'loss' ? 'can lose messages' : 'advice'}: ${printableText(file)}:${line}: ${printableText(text)}`)
  }
  say(`rsyslog: ${printableText(name)}, ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`)
  return warnings.every(({ severity }) => severity !== 'loss')
}
