import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { loadSettings } from '../../src/config.ts'
import { loadEnrichment } from '../../src/enrich/load.ts'
import type { Enrichment } from '../../src/enrich/enrichment.ts'
import { toBytes } from '../../src/lib/bytes.ts'
import { createPipeline, type Pipeline } from '../../src/pipeline.ts'
import { createZones } from '../../src/zones.ts'
import { flatRecordOf, reception } from '../support/pipeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'naslog-enrich-'))
after(() => rmSync(folder, { recursive: true }))

/** Writes a file for the test and returns its path. */
export function write(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Takes the folder of the test out of a text. */
export function withoutFolder(text: string): string {
  return text.replaceAll(`${folder}/`, '')
}

/** The enrichment of a configuration file with this content. */
export async function enrichmentOf(yaml: string): Promise<Enrichment> {
  const { enrichment } = await loadSettings({ config: write('naslog.yaml', yaml) }, {})
  const loaded = await loadEnrichment(enrichment)
  if (loaded === undefined) throw new Error('nothing is configured')
  return loaded
}

export function pipelineOf(enrichment: Enrichment, keepOriginal = false): Pipeline {
  return createPipeline({ zones: createZones({ local: () => 'Europe/Rome' }), keepOriginal, wanted: () => true, enrichment })
}

/** Lines of ordinary text through a fresh pipeline of a configuration, to their flat records. */
export async function recordsOf(yaml: string, lines: readonly string[], keepOriginal = false): Promise<Record<string, unknown>[]> {
  const pipeline = pipelineOf(await enrichmentOf(yaml), keepOriginal)
  return lines.map((line) => flatRecordOf(pipeline(toBytes(line), reception)))
}

/** An access line of a QNAP. */
export function connLine({ user = 'alice', ip = '10.1.2.3', computer = '---', service = 'SAMBA', path = 'FINANCE/a.docx', action = 'Read', host = 'NAS1', time = 'Jun  9 10:20:15' } = {}): string {
  return `${time} ${host} qulogd[29981]: conn log: Users: ${user}, Source IP: ${ip}, Computer name: ${computer}, Connection type: ${service}, Accessed resources: ${path}, Action: ${action}`
}

/** The event line of a failed login of a QNAP. */
export function failedLine({ user = 'alice', ip = '10.1.2.3', host = 'NAS1', time = 'Jun  9 10:20:15' } = {}): string {
  return `${time} ${host} qulogd[29981]: event log: Users: System, Source IP: 127.0.0.1, Computer name: localhost, Application: Users, Category: Login and Security, Content: [Users] Failed to log in via user account "${user}". Source IP address: ${ip}.`
}

/** An audit line of a Qumulo cluster. */
export function qumuloLine({ host = 'groot-1', ip = '10.1.2.3', user = 'AD\\\\alice'.replace('\\\\', '\\'), operation = 'fs_read_data', path = '/data/file.txt' } = {}): string {
  return `<14>1 2026-01-27T14:12:23.9558Z ${host} qumulo - - - ${ip},"${user}",smb2,${operation},ok,123,"${path}",""`
}
