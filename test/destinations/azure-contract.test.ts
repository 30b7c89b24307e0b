import { after, before } from 'node:test'
import { RULE, startAzure, type AzureStub } from './azure-stub.ts'
import { testContract } from './contract.ts'
import type { Peer } from './peers.ts'

// The shared contract for Azure. Tokens come from a server of their own, as they do in the world.

const KEY = 'k3y-0f-the-t3st'
let login: AzureStub
const endings: (() => void)[] = []
before(async () => {
  login = await startAzure({ after: (end: unknown) => void endings.push(end as () => void) }, new Set(), KEY, () => KEY)
})
after(() => {
  for (const end of endings) end()
})

/** The ingestion endpoint, as far as the contract looks at it: azure-stub.ts is stricter. */
function azurePeer(): Peer {
  const peer: Peer = {
    key: KEY,
    limit: 1_048_576,
    poisoned: new Set(),
    taken: [],
    answer({ headers, body, bytes }) {
      if (headers.authorization !== `Bearer ${KEY}`) return { status: 401, body: 'no token' }
      if (bytes > peer.limit) return { status: 413, body: '{"error":{"code":"ContentLengthLimitExceeded"}}' }
      const ids = (JSON.parse(body) as { EventId: string }[]).map(({ EventId }) => EventId)
      if (ids.some((id) => peer.poisoned.has(id))) return { status: 400, body: '{"error":{"code":"InvalidRow"}}' }
      peer.taken.push(...ids)
      return { status: 204 }
    },
  }
  return peer
}

testContract({
  title: 'azure',
  settings: {
    type: 'azure',
    dcr: RULE,
    tenant: 'contoso.example',
    client_id: '11111111-2222-3333-4444-555555555555',
    get login_url() {
      return login.url
    },
  },
  peer: azurePeer,
  renews: true,
})
