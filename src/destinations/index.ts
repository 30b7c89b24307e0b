import type { Environment } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import { createAzureDestination } from './azure.ts'
import { createDatadogDestination } from './datadog.ts'
import type { Destination } from './destination.ts'
import { createElasticsearchDestination } from './elasticsearch.ts'
import { createFileDestination } from './file.ts'
import { createGenericHttpDestination } from './http.ts'
import { createOtlpDestination } from './otlp.ts'
import { createRelpDestination } from './relp.ts'
import { createSecret, type Secret } from './secret.ts'
import { createSplunkDestination } from './splunk.ts'
import { createSyslogDestination } from './syslog.ts'

/** What destinations need to know besides their own settings. */
export interface DestinationContext {
  /** Whether what is written on this machine must be safe against a power cut before it counts as delivered. */
  readonly sync: boolean
  /** Where secrets may stand. */
  readonly env: Environment
}

/** Makes a destination of its settings. Its records are those of `createRecordEncoder` (encoder.ts). */
export function createDestination(settings: DestinationSettings, { sync, env }: DestinationContext): Destination {
  switch (settings.type) {
    case 'file':
      return createFileDestination({ name: settings.name, path: settings.path, mode: settings.mode, sync })
    case 'elasticsearch':
      return createElasticsearchDestination(settings, secretOf(settings, env))
    case 'splunk':
      return createSplunkDestination(settings, tokenOf(settings, env))
    case 'azure':
      return createAzureDestination(settings, secretOf(settings, env))
    case 'datadog':
      return createDatadogDestination(settings, tokenOf(settings, env))
    case 'otlp':
      return createOtlpDestination(settings, secretOf(settings, env))
    case 'http':
      return createGenericHttpDestination(settings, secretOf(settings, env))
    case 'syslog':
      return createSyslogDestination({ ...settings, maxMessageSize: settings.max_message_size })
    case 'relp':
      return createRelpDestination({ ...settings, maxMessageSize: settings.max_message_size })
  }
}

interface SecretSettings {
  readonly token_file?: string | undefined
  readonly token_env?: string | undefined
  readonly password_file?: string | undefined
  readonly password_env?: string | undefined
}

function tokenOf({ token_file: file, token_env: name }: SecretSettings, env: Environment): Secret {
  return createSecret({ file, env: name }, env)
}

/** The token or the password, if there is either. */
function secretOf(settings: SecretSettings, env: Environment): Secret | undefined {
  const file = settings.token_file ?? settings.password_file
  const name = settings.token_env ?? settings.password_env
  return file === undefined && name === undefined ? undefined : createSecret({ file, env: name }, env)
}
