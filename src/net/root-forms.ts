// The root's certificate in the forms that computers, Android and Apple's devices take.
import { createHash, type X509Certificate } from 'node:crypto';

export const ROOT_FORMS = ['pem', 'der', 'android', 'ios'] as const;
export type RootForm = (typeof ROOT_FORMS)[number];

export interface ExportedRoot {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A UUID (RFC 9562, version 8) that is the same for the same root, so that a profile replaces itself and not another. */
function uuidOf(purpose: string, certificate: X509Certificate): string {
  const bytes = createHash('sha256').update(`${purpose}\0`).update(certificate.raw).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A configuration profile with one payload, com.apple.security.root (Apple, "CertificateRoot"). */
function mobileconfig(certificate: X509Certificate): string {
  const profile = uuidOf('profile', certificate);
  const payload = uuidOf('payload', certificate);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadCertificateFileName</key><string>hubsieve-ca.crt</string>
      <key>PayloadContent</key><data>${certificate.raw.toString('base64')}</data>
      <key>PayloadDisplayName</key><string>hubsieve home CA</string>
      <key>PayloadIdentifier</key><string>hubsieve.ca.${payload}</string>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadUUID</key><string>${payload}</string>
      <key>PayloadVersion</key><integer>1</integer>
    </dict>
  </array>
  <key>PayloadDisplayName</key><string>hubsieve home CA</string>
  <key>PayloadDescription</key><string>Lets the home hub read what this device sends to the services named in its rules.</string>
  <key>PayloadIdentifier</key><string>hubsieve.${profile}</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadUUID</key><string>${profile}</string>
  <key>PayloadVersion</key><integer>1</integer>
</dict>
</plist>
`;
}

/** `android` is DER under the name Android's settings ask for; `ios` a profile for Apple's. Never holds a key. */
export function exportRoot(certificate: X509Certificate, form: RootForm): ExportedRoot {
  switch (form) {
    case 'pem':
      return { filename: 'hubsieve-ca.pem', mediaType: 'application/x-pem-file', bytes: Buffer.from(certificate.toString()) };
    case 'der':
      return { filename: 'hubsieve-ca.der', mediaType: 'application/pkix-cert', bytes: certificate.raw };
    case 'android':
      return { filename: 'hubsieve-ca.crt', mediaType: 'application/x-x509-ca-cert', bytes: certificate.raw };
    case 'ios':
      return {
        filename: 'hubsieve-ca.mobileconfig',
        mediaType: 'application/x-apple-aspen-config',
        bytes: Buffer.from(mobileconfig(certificate)),
      };
    default:
      return form satisfies never;
  }
}
