// TLS alerts (RFC 8446 6): the ones the hub sends before there is a session, and what a device means by its own.

export const ALERTS = {
  close_notify: 0,
  unexpected_message: 10,
  handshake_failure: 40,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  user_canceled: 90,
  missing_extension: 109,
  unrecognized_name: 112,
  no_application_protocol: 120,
} as const;
export type AlertName = keyof typeof ALERTS;

const ALERT_RECORD = 21;
const FATAL = 2;

/** Alerts by which a client says that it does not take the certificate it was shown. */
const CERTIFICATE_REFUSALS: ReadonlySet<AlertName> = new Set<AlertName>([
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'unknown_ca',
  'access_denied',
]);

/** A fatal alert as an unprotected record: what answers a ClientHello, in every version (RFC 8446 5.1). */
export function formatAlert(name: AlertName): Uint8Array {
  return Uint8Array.of(ALERT_RECORD, 3, 3, 0, 2, FATAL, ALERTS[name]);
}

/** The alert the other side sent, out of an OpenSSL error code such as `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`; `undefined`: none. */
export function parseOpensslAlert(code: string | undefined): AlertName | undefined {
  const name = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_([A-Z_]+)$/.exec(code ?? '')?.[1]?.toLowerCase();
  // OpenSSL spells one of them its own way.
  const spelled = name === 'user_cancelled' ? 'user_canceled' : name;
  return spelled !== undefined && Object.hasOwn(ALERTS, spelled) ? (spelled as AlertName) : undefined;
}

export function refusesCertificate(alert: AlertName): boolean {
  return CERTIFICATE_REFUSALS.has(alert);
}
