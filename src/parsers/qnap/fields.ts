import { one } from '../../fields/declare.ts'

/** QNAP fields without an ECS place. The first ones bear the names of Elastic's QNAP package. */
export const qnapFields = {
  'qnap.nas.application': one('keyword', 'Application of the event, or the area that was accessed.'),
  'qnap.nas.application_id': one('keyword', 'Id of the application (RFC 5424 only).'),
  'qnap.nas.category': one('keyword', 'Category of the event.'),
  'qnap.nas.category_id': one('keyword', 'Id of the category (RFC 5424 only).'),
  'qnap.nas.message_id': one('keyword', 'Id of the text (RFC 5424 only), a string: it has leading zeros.'),
  'qnap.nas.connection_type': one('keyword', 'Service as written, or as the text form would write the code.'),
}
