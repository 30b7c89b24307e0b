import { one } from '../../fields/declare.ts'

/**
 * QNAP fields without an ECS place. `application`, `category`, `connection_type`, `file.*`, `mac`, `service` and `client_*` bear
 * the names of Elastic's QNAP package. Fields of one parent object stand together: the encoder relies on it.
 */
export const qnapFields = {
  'qnap.nas.application': one('keyword', 'Application of the event, or the area that was accessed.', 'key'),
  'qnap.nas.application_id': one('keyword', 'Id of the application (RFC 5424 only).'),
  'qnap.nas.category': one('keyword', 'Category of the event.'),
  'qnap.nas.category_id': one('keyword', 'Id of the category (RFC 5424 only).'),
  'qnap.nas.message_id': one('keyword', 'Id of the text (RFC 5424 only), a string: it has leading zeros.'),
  'qnap.nas.connection_type': one('keyword', 'Service as written, or as the text form would write the code.', 'key'),
  'qnap.nas.action': one('keyword', 'Code of the action (RFC 5424 only), a power of two up to 2^35.'),
  'qnap.nas.action_result': one('keyword', 'Result code of the action (RFC 5424 only): 0 is success.'),
  'qnap.nas.service': one('keyword', 'Code of the service (RFC 5424 only), a power of two.'),
  'qnap.nas.mac': one('keyword', 'MAC address of the NAS (not of the client) as written (RFC 5424 only).'),
  'qnap.nas.source': one('keyword', 'Display name of the NAS (RFC 5424 only).'),
  'qnap.nas.client_app': one('keyword', 'Client application, such as `Web Desktop`.'),
  'qnap.nas.client_id': one('keyword', 'Id of the client or its session.'),
  'qnap.nas.session_id': one('keyword', 'Id of the session, where a line has one beside the client id.'),
  'qnap.nas.extra_data': one('keyword', 'Extra data of the record, as written (RFC 5424 only).'),
  'qnap.nas.file.path': one('keyword', 'The same as file.path.', 'line'),
  'qnap.nas.file.new_path': one('keyword', 'Path after a rename, move or copy.', 'line'),
  'qnap.nas.shared_folder': one('keyword', 'Shared folder that an event is about.'),
  'qnap.nas.volume': one('keyword', 'Volume that an event is about.'),
  'qnap.nas.snapshot': one('keyword', 'Snapshot that an event is about.'),
  'qnap.nas.raid_group': one('keyword', 'RAID group that an event is about.'),
  'qnap.nas.storage_pool': one('keyword', 'Storage pool that an event is about.'),
  'qnap.nas.disk': one('keyword', 'Disk that an event is about.'),
  'qnap.nas.interface': one('keyword', 'Network interface that an event is about.'),
  'qnap.nas.job': one('keyword', 'Backup or sync job that an event is about.'),
  'qnap.nas.ntp_server': one('keyword', 'Time server that an event is about.'),
  'qnap.nas.firmware.from': one('keyword', 'Firmware version before an update.'),
  'qnap.nas.firmware.to': one('keyword', 'Firmware version after an update.'),
}
