import type { Settings } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import { createAzureEncoder } from '../encode/azure.ts'
import { createDatadogEncoder } from '../encode/datadog.ts'
import { createBulkEncoder } from '../encode/elasticsearch.ts'
import { createOtlpEncoder } from '../encode/otlp.ts'
import { createEncoder, type Encoder } from '../encode/record.ts'
import { createSplunkEncoder } from '../encode/splunk.ts'
import { createSyslogEncoder } from '../encode/syslog5424.ts'
import { F } from '../fields/index.ts'

/**
 * Makes the encoder of what a destination takes as `Parcel.record`. Its own `format` and `fields` win over those of the file. Each source
 * of records needs an encoder of its own: it remembers what it wrote last.
 */
export function createRecordEncoder(settings: DestinationSettings, file: Pick<Settings, 'format' | 'fields'>): Encoder {
  const fields = settings.fields === undefined ? file.fields : [...new Set(settings.fields)].map((name) => F[name as keyof typeof F])
  switch (settings.type) {
    case 'azure':
      return createAzureEncoder({ fields })
    case 'datadog':
      return createDatadogEncoder({ ...settings, fields })
    case 'otlp':
      return createOtlpEncoder({ fields })
    case 'syslog':
    case 'relp':
      return createSyslogEncoder({ content: settings.format ?? file.format, appName: settings.app_name, fields })
  }
  const encode = createEncoder({ format: settings.format ?? file.format, fields })
  switch (settings.type) {
    case 'elasticsearch':
      return createBulkEncoder(settings.data_stream, encode)
    case 'splunk':
      return createSplunkEncoder(settings, encode)
    case 'file':
    case 'http':
      return encode
  }
}
