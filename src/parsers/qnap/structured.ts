import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { UNKNOWN_ACTION, UNTYPED, actionOfCode, type Action } from './actions.ts'
import { setContent } from './content.ts'
import type { Parameters } from './parameters.ts'
import { setResource } from './resource.ts'
import { UNKNOWN_SERVICE, protocolOf, serviceText } from './services.ts'
import { setClient, valueOf } from './values.ts'

/**
 * Reads a `QuLog@Access` element; the message is the resource. Parameters are read by name: their order is not that of the
 * text form.
 */
export function readAccess(parameters: Parameters, body: ByteString, event: Event): void {
  setShared(parameters, event)
  event.set(F['qnap.nas.application'], parameters.get('application'))
  const protocol = setService(event, parameters.get('service'))
  const action = setAction(event, parameters.get('action'), parameters.get('action_result'))
  if (!parameters.has('action')) {
    event.set(F.message, valueOf(body))
    return event.fail('missing_key', 'expected the parameter action in QuLog@Access')
  }
  const resource = valueOf(body)
  if (resource !== undefined && parameters.trust !== 'spilled') setResource(event, resource, action, protocol)
}

/** Reads a `QuLog@Event` element; the message is the text. */
export function readEvent(parameters: Parameters, body: ByteString, event: Event): void {
  setShared(parameters, event)
  const text = valueOf(body)
  if (!parameters.has('application') && !parameters.has('category')) {
    event.set(F.message, text)
    return event.fail('missing_key', 'expected the parameter application in QuLog@Event')
  }
  event.set(F['qnap.nas.application'], parameters.get('application'))
  event.set(F['qnap.nas.application_id'], parameters.get('application_id'))
  event.set(F['qnap.nas.category'], parameters.get('category'))
  event.set(F['qnap.nas.category_id'], parameters.get('category_id'))
  event.set(F['qnap.nas.message_id'], parameters.get('message_id'))
  if (text !== undefined && parameters.trust !== 'spilled') setContent(event, text)
}

/** What both elements have. */
function setShared(parameters: Parameters, event: Event): void {
  setClient(event, parameters.get('user'), parameters.get('ip'), parameters.get('computer'))
  const mac = parameters.get('mac')
  event.set(F['qnap.nas.mac'], mac)
  if (mac !== undefined && /^(?:[0-9A-Fa-f]{2}[-:]){5}[0-9A-Fa-f]{2}$/.test(mac)) {
    event.add(F['host.mac'], mac.toUpperCase().replaceAll(':', '-'))
  }
  const source = parameters.get('source')
  event.set(F['qnap.nas.source'], source)
  event.set(F['observer.name'], source)
  event.set(F['qnap.nas.client_app'], parameters.get('client_app'))
  event.set(F['qnap.nas.client_id'], parameters.get('client_id'))
  event.set(F['user_agent.original'], parameters.get('client_agent'))
  event.set(F['qnap.nas.extra_data'], parameters.get('extra_data'))
}

function setService(event: Event, code: ByteString | undefined): string | undefined {
  if (code === undefined) return undefined
  event.set(F['qnap.nas.service'], code)
  const text = serviceText(code)
  if (text === undefined) {
    if (code !== UNKNOWN_SERVICE) event.flag('invalid_code')
    return undefined
  }
  const protocol = protocolOf(text)
  event.set(F['qnap.nas.connection_type'], text)
  event.set(F['network.protocol'], protocol)
  return protocol
}

function setAction(event: Event, code: ByteString | undefined, resultCode: ByteString | undefined): Action | undefined {
  event.set(F['qnap.nas.action'], code)
  event.set(F['qnap.nas.action_result'], resultCode)
  const result = outcomeOf(event, resultCode)
  const action = code === undefined ? undefined : actionOfCode(code)
  if (code !== undefined && code !== UNKNOWN_ACTION && action === undefined) event.flag('invalid_code')
  if (action === undefined) {
    event.set(F['event.outcome'], result)
    return undefined
  }
  event.set(F['event.category'], action.category)
  event.set(F['event.type'], action.type ?? UNTYPED)
  event.set(F['event.action'], nameOf(action, result))
  // `Login Fail` is a failure whatever its result says; `Login OK` is a success only if the result says so.
  event.set(F['event.outcome'], action.outcome === 'failure' ? 'failure' : (result ?? (action.untold === undefined ? undefined : 'unknown')))
  return action
}

/** The outcome of a result code: 0 is success, any other number failure, and a missing one tells nothing. */
function outcomeOf(event: Event, code: ByteString | undefined): 'success' | 'failure' | undefined {
  if (code === undefined) return undefined
  if (code === '0') return 'success'
  if (/^-?0*[1-9]\d*$/.test(code)) return 'failure'
  event.flag('invalid_code')
  return undefined
}

function nameOf(action: Action, result: 'success' | 'failure' | undefined): string {
  if (result === 'failure') return action.failed ?? action.name
  return result === undefined ? (action.untold ?? action.name) : action.name
}
