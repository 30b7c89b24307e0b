import type { Environment } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import type { Destination } from './destination.ts'
import { createFileDestination } from './file.ts'
import { createSecret, type Secret } from './secret.ts'

/** What destinations need to know besides their own settings. */
export interface DestinationContext {
  /** Whether what is written on this machine must be safe against a power cut before it counts as delivered. */
  readonly sync: boolean
  /** Where secrets may stand. */
  readonly env: Environment
}

/**
 * Makes a destination of its settings. Its records are those of `createRecordEncoder` (encoder.ts). The code of a type, and of TLS and HTTP
 * with it, is loaded only where one is configured: without it naslog starts sooner.
 */
export async function createDestination(settings: DestinationSettings, { sync, env }: DestinationContext): Promise<Destination> {
  switch (settings.type) {
    case 'file':
      return createFileDestination({ name: settings.name, path: settings.path, mode: settings.mode, sync })
    case 'elasticsearch':
      return (await import('./elasticsearch.ts')).createElasticsearchDestination(settings, secretOf(settings, env))
    case 'splunk':
      return (await import('./splunk.ts')).createSplunkDestination(settings, tokenOf(settings, env))
    case 'azure':
      return (await import('./azure.ts')).createAzureDestination(settings, secretOf(settings, env))
    case 'datadog':
      return (await import('./datadog.ts')).createDatadogDestination(settings, tokenOf(settings, env))
    case 'otlp':
      return (await import('./otlp.ts')).createOtlpDestination(settings, secretOf(settings, env))
    case 'http':
      return (await import('./http.ts')).createGenericHttpDestination(settings, secretOf(settings, env))
    case 'syslog':
      return (await import('./syslog.ts')).createSyslogDestination({ ...settings, maxMessageSize: settings.max_message_size })
    case 'relp':
      return (await import('./relp.ts')).createRelpDestination({ ...settings, maxMessageSize: settings.max_message_size })
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
