/** What was done to a file: the operations that the Varonis guide lists, and `attributes changed` for other metadata. */
export type Change =
  | 'created'
  | 'deleted'
  | 'read'
  | 'written'
  | 'renamed'
  | 'owner changed'
  | 'permissions added'
  | 'permissions removed'
  | 'protection added'
  | 'protection removed'
  | 'attributes changed'

/** Values of file.type. */
export type ObjectType = 'file' | 'dir' | 'symlink'

/**
 * Every audit operation that is known, with event.category and event.type: the list of Qumulo's documentation ("Audit logging",
 * October 2024), and `cluster_restart`, which a vendor's article shows. `snapshot_unlock_snapshot_challege` is the documented spelling.
 */
export const CLASSES: readonly (readonly [category: string, types: readonly string[], operations: string])[] = [
  ['file', ['creation'], 'fs_create fs_create_directories fs_create_directory fs_create_file fs_create_hard_link fs_create_stream fs_create_symlink'],
  ['file', ['deletion'], 'fs_delete fs_tree_delete tree_delete_start'],
  ['file', ['access'], 'fs_list_directory fs_open fs_read_data fs_read_link fs_read_metadata fs_read_user_metadata fs_sample'],
  ['file', ['change'], 'fs_copy_chunk fs_rename fs_write_data fs_write_file_lock fs_write_metadata fs_write_user_metadata'],
  ['file', ['change'], 'fs_release_nlm_locks_by_client fs_release_nlm_locks_by_file s3_abort_upload'],
  ['file', ['info'], 'fs_fsstat smb2_notify_req tree_delete_cancel'],

  ['authentication', ['start'], 'ftp_login rest_login smb_login'],
  ['session', ['start'], 'nfs_mount share_connect'],
  ['session', ['end'], 'smb_close_handle smb_close_session'],

  ['iam', ['user', 'creation'], 'auth_create_access_token auth_create_user identity_create s3_create_key'],
  ['iam', ['user', 'deletion'], 'auth_delete_access_token auth_delete_identity_attributes auth_delete_user identity_delete s3_delete_key'],
  ['iam', ['user', 'info'], 'auth_get_access_token auth_get_access_tokens'],
  ['iam', ['user', 'change'], 'auth_modify_access_token auth_modify_identity_attributes auth_modify_user auth_modify_user_password'],
  ['iam', ['user', 'change'], 'auth_set_user_defined_mappings identity_modify session_change_password'],
  ['iam', ['group', 'creation'], 'auth_add_group'],
  ['iam', ['group', 'deletion'], 'auth_delete_group'],
  ['iam', ['group', 'change'], 'auth_add_member_to_group auth_modify_group auth_remove_member_from_group'],
  ['iam', ['admin', 'creation'], 'auth_create_role'],
  ['iam', ['admin', 'deletion'], 'auth_delete_role'],
  ['iam', ['admin', 'change'], 'auth_assign_role auth_modify_role auth_unassign_role'],

  ['host', ['change'], 'cluster_restart node_halt node_restart reboot_pause reboot_resume reboot_start shutdown_halt'],

  ['configuration', ['info'], 'remote_syslog_shutdown remote_syslog_startup'],
  ['configuration', ['access'], 'cluster_calculate_node_add_capacity cluster_locate_disk_slot cluster_modify_nodes_dry_run'],
  ['configuration', ['access'], 's3_bucket_policy_explain_access s3_get_bucket_policy'],

  ['configuration', ['creation'], 'ad_join cluster_add_nodes cluster_generate_vpn_private_key cluster_install_vpn_keys dns_create'],
  ['configuration', ['creation'], 'encryption_create_key fs_create_public_key network_create_config nfs_create_export'],
  ['configuration', ['creation'], 'replication_create_object_relationship replication_create_source_relationship s3_add_bucket smb_create_share'],
  ['configuration', ['creation'], 'snapshot_create_policy snapshot_create_snapshot tenant_create'],

  ['configuration', ['deletion'], 'ad_leave dns_delete fs_delete_public_key kerberos_delete_keytab network_delete_config nfs_delete_export'],
  ['configuration', ['deletion'], 'replication_delete_object_relationship replication_delete_source_relationship'],
  ['configuration', ['deletion'], 'replication_delete_target_relationship s3_delete_bucket smb_delete_share'],
  ['configuration', ['deletion'], 'snapshot_delete_policy snapshot_delete_snapshot ssl_delete_ca_certificate tenant_delete'],

  ['configuration', ['change'], 'ad_cancel_operation ad_dismiss_error ad_kerberos_renew_ticket ad_modify_settings ad_reconfigure'],
  ['configuration', ['change'], 'audit_modify_cloudwatch_config audit_modify_syslog_config'],
  ['configuration', ['change'], 'cluster_initiate_node_replacement_plan cluster_modify_config cluster_modify_monitoring_config'],
  ['configuration', ['change'], 'cluster_modify_nodes cluster_modify_upgrade_config cluster_nodes_resolve_indeterminate_modification'],
  ['configuration', ['change'], 'dns_modify dns_set_lookup_overrides encryption_rotate_keys encryption_update_config'],
  ['configuration', ['change'], 'fs_modify_atime_settings fs_modify_notify_settings fs_modify_permissions_settings'],
  ['configuration', ['change'], 'fs_modify_public_key fs_replace_public_key fs_set_quota ftp_modify_settings'],
  ['configuration', ['change'], 'kerberos_modify_settings kerberos_set_keytab ldap_modify_settings'],
  ['configuration', ['change'], 'network_modify_config network_modify_interface node_set_identify_light'],
  // The delete_settings operations reset to the defaults.
  ['configuration', ['change'], 'nfs_delete_settings nfs_modify_export nfs_modify_settings'],
  ['configuration', ['change'], 'replication_abort replication_abort_object_relationship replication_authorize_target_relationship'],
  ['configuration', ['change'], 'replication_dismiss_source_relationship_error replication_dismiss_target_relationship_error'],
  ['configuration', ['change'], 'replication_make_target_writable replication_modify_source_relationship'],
  ['configuration', ['change'], 'replication_reconnect_target_relationship replication_release_queued_snapshot'],
  ['configuration', ['change'], 'replication_replicate_object_relationship replication_reverse_target_relationship'],
  ['configuration', ['change'], 'replication_start replication_target_relationship_lock'],
  ['configuration', ['change'], 's3_modify_bucket s3_modify_settings s3_put_bucket_policy saml_modify_settings'],
  ['configuration', ['change'], 'smb_delete_settings smb_modify_settings smb_modify_share'],
  ['configuration', ['change'], 'snapshot_lock_snapshot snapshot_modify_policy snapshot_modify_snapshot snapshot_unlock_snapshot'],
  ['configuration', ['change'], 'snapshot_unlock_snapshot_challege snapshot_unlock_snapshot_challenge'],
  ['configuration', ['change'], 'ssl_modify_ca_certificate ssl_modify_certificate tenant_modify time_modify_config web_ui_modify_settings'],
]

/**
 * Operations whose event.action is not their own name: the vocabulary of Elastic's QNAP package, so that one query finds the
 * deletes, logins or new users of both vendors. The second word is that of an operation that failed.
 */
export const ACTIONS: ReadonlyMap<string, readonly [action: string, failedAction?: string]> = new Map([
  ['fs_create', ['create-file']],
  ['fs_create_file', ['create-file']],
  ['fs_create_directory', ['create-directory']],
  ['fs_create_directories', ['create-directory']],
  ['fs_create_hard_link', ['create-hard-link']],
  ['fs_create_symlink', ['create-symlink']],
  ['fs_create_stream', ['create-stream']],
  ['fs_delete', ['delete']],
  ['fs_tree_delete', ['delete']],
  ['tree_delete_start', ['delete']],
  ['fs_rename', ['rename']],
  ['fs_read_data', ['read']],
  ['fs_write_data', ['write']],
  ['fs_copy_chunk', ['write']],
  ['fs_open', ['open']],
  ['ftp_login', ['login-success', 'login-fail']],
  ['rest_login', ['login-success', 'login-fail']],
  ['smb_login', ['login-success', 'login-fail']],
  ['nfs_mount', ['mount']],
  ['share_connect', ['connect']],
  ['auth_create_user', ['created-user']],
  ['auth_delete_user', ['deleted-user']],
  ['auth_add_group', ['created-user-group']],
  ['auth_delete_group', ['deleted-user-group']],
  ['auth_modify_user_password', ['changed-password']],
  ['session_change_password', ['changed-password']],
  ['smb_create_share', ['created-shared-folder']],
  ['smb_delete_share', ['deleted-shared-folder']],
  ['snapshot_create_snapshot', ['created-snapshot']],
  ['snapshot_delete_snapshot', ['deleted-snapshot']],
])

/** The operations whose path is that of a file or directory, with what kind of object it must be and what was done to it. */
export const FILE_OPERATIONS: ReadonlyMap<string, { readonly object?: ObjectType; readonly change?: Change }> = new Map([
  ['fs_create', { change: 'created' }],
  ['fs_create_directories', { object: 'dir', change: 'created' }],
  ['fs_create_directory', { object: 'dir', change: 'created' }],
  ['fs_create_file', { object: 'file', change: 'created' }],
  ['fs_create_hard_link', { change: 'created' }],
  ['fs_create_stream', {}],
  ['fs_create_symlink', { object: 'symlink', change: 'created' }],
  ['fs_delete', { change: 'deleted' }],
  ['fs_tree_delete', { object: 'dir', change: 'deleted' }],
  ['tree_delete_start', { object: 'dir', change: 'deleted' }],
  ['tree_delete_cancel', { object: 'dir' }],
  ['fs_list_directory', { object: 'dir' }],
  ['fs_open', {}],
  ['fs_read_data', { object: 'file', change: 'read' }],
  ['fs_read_link', { object: 'symlink' }],
  ['fs_read_metadata', {}],
  ['fs_read_user_metadata', {}],
  ['fs_sample', {}],
  ['fs_copy_chunk', { object: 'file', change: 'written' }],
  ['fs_rename', { change: 'renamed' }],
  ['fs_write_data', { object: 'file', change: 'written' }],
  ['fs_write_file_lock', { object: 'file' }],
  ['fs_write_metadata', {}],
  ['fs_write_user_metadata', {}],
  ['fs_release_nlm_locks_by_file', { object: 'file' }],
  ['fs_fsstat', {}],
  ['fs_set_quota', { object: 'dir' }],
  ['smb2_notify_req', { object: 'dir' }],
  ['smb_close_handle', {}],
  ['s3_abort_upload', {}],
] as const)
