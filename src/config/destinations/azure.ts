import * as z from 'zod'
import { expected } from '../expected.ts'
import { batchKeys, commonKeys, hasToken, tokenKeys } from './common-keys.ts'
import { httpKeys, httpUrl } from './http-keys.ts'

const aRule = expected('the immutable id of a data collection rule: `dcr-` and 32 hexadecimal digits')
const aStream = expected('the name of a stream such as Custom-Naslog_CL')
const aTenant = expected('the id or the domain of a tenant')
const anId = expected('the id of an application')
const retired = expected(
  'no such key: the HTTP Data Collector API, with its workspace id and shared key, ended on 14 September 2026; ' +
    'the Logs Ingestion API takes `url:`, `dcr:` and `stream:` (docs/destinations/azure.md)',
)
const retiredKey = z.never(retired).optional().meta({ title: '—', description: 'of the Data Collector API, which has ended; only there to say so' })

const identityKeys = {
  managed_identity: z
    .boolean(expected('true or false'))
    .default(false)
    .meta({ description: 'log in as the managed identity of this virtual machine; `client_id` then chooses one that the user assigned' }),
  tenant: z.string(aTenant).regex(/^[\w.-]{1,253}$/, aTenant).optional().meta({ title: 'id', description: 'tenant of the application' }),
  client_id: z.string(anId).regex(/^[\w-]{1,64}$/, anId).optional().meta({ title: 'id', description: 'the application (client) that naslog logs in as' }),
  ...tokenKeys('the client secret of the application'),
  cloud: z.enum(['public', 'usgov', 'china'], expected('public, usgov or china')).default('public').meta({ description: 'which Azure it is' }),
  login_url: httpUrl('https://login.microsoftonline.com').optional().meta({ title: 'URL', description: 'where tokens of the application come from; that of the cloud by default' }),
  metadata_url: httpUrl('http://169.254.169.254').default('http://169.254.169.254').meta({ title: 'URL', description: 'where tokens of the managed identity come from' }),
}

interface Identity {
  readonly managed_identity: boolean
  readonly tenant?: string | undefined
  readonly client_id?: string | undefined
  readonly token_file?: string | undefined
  readonly token_env?: string | undefined
}

function isOneIdentity(settings: Identity): boolean {
  const { managed_identity, tenant, client_id, token_file, token_env } = settings
  if (managed_identity) return tenant === undefined && token_file === undefined && token_env === undefined
  return tenant !== undefined && client_id !== undefined && hasToken(settings)
}

export const azure = z
  .strictObject({
    ...commonKeys('1s'),
    type: z.literal('azure').meta({ description: 'Azure Monitor and Sentinel, by the Logs Ingestion API' }),
    url: httpUrl('https://naslog-ab12.westeurope-1.ingest.monitor.azure.com').meta({ description: 'logs ingestion endpoint of the data collection rule, or of a data collection endpoint' }),
    dcr: z.string(aRule).regex(/^dcr-[0-9a-f]{32}$/, aRule).meta({ title: 'id', description: 'immutable id of the data collection rule' }),
    stream: z.string(aStream).regex(/^(?:Custom|Microsoft)-\w{1,100}$/, aStream).default('Custom-Naslog_CL').meta({ title: 'name', description: 'stream of the rule' }),
    ...identityKeys,
    ...httpKeys('60s'),
    ...batchKeys(10_000, 10_000, '1MB', '1MB'),
    workspace_id: retiredKey,
    customer_id: retiredKey,
  })
  .refine(isOneIdentity, expected('one identity: `managed_identity: true`, or `tenant:` and `client_id:` with the client secret in `token_file:` or `token_env:`'))
