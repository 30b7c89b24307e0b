import { configurationName, loadServiceSettings, unknownVariables, type GivenOptions } from '../config.ts'
import { ConfigurationError } from '../config/error.ts'
import { loadEnrichment } from '../enrich/load.ts'
import { readEnvelope } from '../envelope/index.ts'
import { Event } from '../event.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { toBytes } from '../lib/bytes.ts'
import { printableText } from '../lib/printable.ts'
import { parsers } from '../parsers/index.ts'
import type { Parser } from '../parsers/parser.ts'

/** Validates the configuration, and the parsers on their own samples; tells the outcome on stdout. */
export async function check(options: GivenOptions, io: Io): Promise<number> {
  const say = (text: string): void => void io.stdout.write(`${text}\n`)
  if (options['print-config'] === true) {
    const [{ joinConfiguration }, { printConfiguration }] = await Promise.all([import('../config/layers.ts'), import('../config/print.ts')])
    io.stdout.write(printConfiguration(await joinConfiguration(options, io.env)))
    return exitCodes.ok.code
  }
  let code: number = exitCodes.ok.code

  const faults = checkParsers(parsers)
  for (const { name, samples } of parsers) say(`parser ${name}: ${samples.length} sample lines`)
  for (const fault of faults) say(`wrong: ${fault}`)
  if (faults.length > 0) code = exitCodes.failed.code

  for (const variable of unknownVariables(io.env)) say(`ignored: ${variable}`)
  const name = printableText(configurationName(options, io.env) ?? 'no file, only defaults and environment')
  try {
    const settings = await loadServiceSettings(options, io.env)
    await loadEnrichment(settings.enrichment)
    say(`configuration: ${name}`)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    for (const { where, text } of error.complaints) say(`wrong: ${where}: ${text}`)
    code = exitCodes.config.code
  }
  if (typeof options.rsyslog === 'string') {
    const { checkRsyslog } = await import('./check-rsyslog.ts')
    if (!checkRsyslog(options.rsyslog, say)) code = code === exitCodes.ok.code ? exitCodes.failed.code : code
  }
  say(code === exitCodes.ok.code ? 'all is well' : 'something is wrong')
  return code
}

/** What is wrong with the table: samples that their parser does not claim, or that one before it takes. */
export function checkParsers(table: readonly Parser[]): string[] {
  return table.flatMap(({ name, samples }) =>
    samples.flatMap((sample) => {
      const envelope = readEnvelope(toBytes(sample))
      const claimer = table.find((parser) => parser.parse(envelope, new Event()))?.name
      if (claimer === name) return []
      return [`a sample of parser ${name} is claimed by ${claimer ?? 'none'}: ${printableText(sample)}`]
    }),
  )
}
