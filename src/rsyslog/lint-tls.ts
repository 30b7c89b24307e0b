import type { Finding } from './lint.ts'
import type { ConfigObject, Parameter, ParsedConfiguration } from './rainerscript.ts'
import { globalSetting, typeOf } from './settings.ts'

/** What is wrong with TLS: who may connect, and a driver that harms the rest of rsyslogd. */
export function* tlsFindings(configuration: ParsedConfiguration): Generator<Finding> {
  for (const driver of driversOf(configuration)) {
    if (driver.value.toLowerCase() !== 'ossl') continue
    yield {
      line: driver.line,
      severity: 'loss',
      text: 'the driver ossl closes each connection twice (rsyslog before pull request 6375, of December 2025), and the second time it may hit the pipe to naslog or a file of the queue: lines then wait until rsyslogd is restarted; set "gtls" (package rsyslog-gnutls)',
    }
  }
  const common = moduleOf(configuration)?.parameters.get('streamdriver.authmode')
  for (const { parameters } of inputsOf(configuration)) {
    // Where no mode is named, rsyslogd 8.2302 takes nobody without a certificate of the authority.
    const mode = parameters.get('streamdriver.authmode') ?? common
    if (!parameters.has('streamdriver.cafile') || mode?.value.toLowerCase() !== 'anon') continue
    yield {
      line: mode.line,
      severity: 'advice',
      text: 'streamDriver.authMode is anon: with or without a certificate of streamDriver.caFile, everybody may connect; set "x509/certvalid"',
    }
  }
}

/** Where a driver is named: for one input, for all of imtcp, for a forwarding action, for all of rsyslogd. */
function driversOf(configuration: ParsedConfiguration): Parameter[] {
  const forwarding = configuration.objects.filter((object) => object.kind === 'action' && typeOf(object) === 'omfwd')
  const named = [moduleOf(configuration), ...inputsOf(configuration), ...forwarding].map(
    (object) => object?.parameters.get('streamdriver.name') ?? object?.parameters.get('streamdriver'),
  )
  return [...named, globalSetting(configuration, 'defaultnetstreamdriver', 'defaultnetstreamdriver')].filter((driver) => driver !== undefined)
}

function inputsOf({ objects }: ParsedConfiguration): ConfigObject[] {
  return objects.filter((object) => object.kind === 'input' && typeOf(object) === 'imtcp')
}

function moduleOf({ objects }: ParsedConfiguration): ConfigObject | undefined {
  return objects.find(({ kind, parameters }) => kind === 'module' && parameters.get('load')?.value === 'imtcp')
}
