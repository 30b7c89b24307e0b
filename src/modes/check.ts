import { configurationName, loadServiceSettings, unknownVariables, type GivenOptions, type ServiceSettings } from '../config.ts'
import type { PrivacySettings } from '../config/enrichment.ts'
import { ConfigurationError, type Complaint } from '../config/error.ts'
import { loadEnrichment } from '../enrich/load.ts'
import { readEnvelope } from '../envelope/index.ts'
import { Event } from '../event.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { toBytes } from '../lib/bytes.ts'
import { printableText } from '../lib/printable.ts'
import { parsers } from '../parsers/index.ts'
import type { Parser } from '../parsers/parser.ts'

/** Validates the configuration with the files that it names, and the parsers on their own samples; tells the outcome on stdout. */
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
    const complaints = await checkSettings(settings, io, say)
    for (const { where, text } of complaints) say(`wrong: ${where}: ${text}`)
    if (complaints.length > 0) code = exitCodes.config.code
    else say(`configuration: ${name}`)
  } catch (error) {
    for (const { where, text } of complaintsOf(error)) say(`wrong: ${where}: ${text}`)
    code = exitCodes.config.code
  }
  if (typeof options.rsyslog === 'string') {
    const { checkRsyslog } = await import('./check-rsyslog.ts')
    if (!checkRsyslog(options.rsyslog, say)) code = code === exitCodes.ok.code ? exitCodes.failed.code : code
  }
  say(code === exitCodes.ok.code ? 'all is well' : 'something is wrong')
  return code
}

/** What is wrong with files that the settings name. Without that, what becomes of the samples is told. */
async function checkSettings(settings: ServiceSettings, io: Io, say: (text: string) => void): Promise<readonly Complaint[]> {
  const [{ checkFiles }, { describeSamples }, { loadPrivacy }] = await Promise.all([
    import('./check-files.ts'), import('./check-samples.ts'), import('../destinations/privacy.ts'),
  ])
  const files = checkFiles(settings, io.env)
  for (const { where, text } of files.notes) say(`note: ${where}: ${text}`)
  const complaints = [...files.complaints]
  const isUsable = (privacy: PrivacySettings | undefined): boolean => privacy?.key_file === undefined || !files.unusable.has(privacy.key_file)

  const { privacy, ...others } = settings.enrichment ?? {}
  const enrichment = await loadEnrichment(settings.enrichment && (isUsable(privacy) ? settings.enrichment : others)).catch((error: unknown) => {
    complaints.push(...complaintsOf(error))
    return undefined
  })
  for (const destination of settings.destinations) {
    if (!isUsable(destination.privacy)) continue
    await loadPrivacy([destination]).catch((error: unknown) => {
      for (const { where, text } of complaintsOf(error)) complaints.push({ where: `destination ${destination.name}: privacy.key_file: ${where}`, text })
    })
  }
  if (complaints.length === 0) {
    for (const line of describeSamples(settings, { parsers, enrichment, localZone: io.localZone, now: io.now() })) say(line)
  }
  return complaints
}

/** Those of a ConfigurationError; another error is a bug of ours. */
function complaintsOf(error: unknown): readonly Complaint[] {
  if (!(error instanceof ConfigurationError)) throw error
  return error.complaints
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
