// A service's file with everything that the format has, without a fault, for tests to spoil; and the text that it was read from.
import { createHash } from 'node:crypto';

export const ACME_TEXT = `Privacy Policy of Acme Home, version 3
1. Acme Ltd, Berlin, is the controller for people in the EU. Write to privacy@acme.example with the subject "Privacy".
2. We process the account number and the e-mail address to run your account on the ground of our contract.
2.1 Pictures of cameras are shown in the app at acme.example.
3. We send offers if you agree.
4. We process the name of your network.
5. We never take card data or health data.
6. The site sets a cookie to sign you in.
7. Mailer Inc sends our mail through mail.example.
8. Account data is kept for one year.
9. You may have your data erased within 30 days.
10. Data goes to other countries where needed.
`;

export const ACME = `id: acme
title: { en: Acme, ru: Акме }
operator: { name: Acme Ltd, country: DE }
policy: { title: Privacy Policy of Acme Home, url: "https://acme.example/privacy", law: [GDPR], effective: 2025-01-31 }
source:
  retrieved: 2025-03-01
  sha256: ${createHash('sha256').update(ACME_TEXT).digest('hex')}
  version: "version 3"
  read_by: Anna
  reviewed_by: Boris
controllers:
  - { name: Acme Ltd, country: DE, regions: [EU], clause: "1", anchor: "Acme Ltd, Berlin, is the controller" }
contacts:
  - kind: email
    to: privacy@acme.example
    for: [access, erasure]
    subject: Privacy
    clause: "1"
    anchor: "privacy@acme.example with the subject"
hosts:
  - { name: acme.example, operator: confirmed, clause: "2.1", anchor: "at acme.example" }
  - { name: api.acme-cloud.example, operator: unconfirmed }
purposes:
  account:
    title: { en: Account, ru: Учётная запись }
    says: { en: Running the account., ru: Ведение учётной записи. }
    clause: "2"
    anchor: "account number and the e-mail address"
    ground: declared
    legal_basis: "GDPR 6(1)(b)"
    default: on
    formerly: [sign_in]
    needs:
      - email
      - { category: account_identifier, mapped: true }
      - { category: credential, in: [cookie], clause: "6", anchor: "a cookie to sign you in" }
      - { category: timezone_region, granularity: coarse }
  pictures:
    title: { en: Pictures, ru: Снимки }
    says: { en: Showing pictures., ru: Показ снимков. }
    clause: "2.1"
    anchor: "Pictures of cameras"
    ground: declared
    default: on
    needs:
      - { category: media, when: [camera, doorbell] }
  news:
    title: { en: News and offers, ru: Новости и предложения }
    says: { en: Sending offers., ru: Рассылка предложений. }
    clause: "3"
    anchor: "offers if you agree"
    ground: declared
    legal_basis: [{ basis: "GDPR 6(1)(a)" }]
    default: off
    needs: [email]
unjustified:
  - { category: wifi_ssid, clause: "4", anchor: "the name of your network" }
excluded:
  - { category: payment, clause: "5", anchor: "never take card data" }
  - { category: special_category, clause: "5", anchor: "health data" }
cookies:
  clause: "6"
  anchor: "cookie to sign you in"
  says: { en: One cookie to sign in., ru: Один cookie для входа. }
  keep: [credential]
recipients:
  - name: Mailer Inc
    does: { en: sends mail, ru: отправляет письма }
    hosts: [mail.example]
    categories: [email]
    purposes: [news]
    clause: "7"
    anchor: "Mailer Inc sends our mail"
limits:
  - kind: retention
    clause: "8"
    anchor: "kept for one year"
    says: { en: One year., ru: Один год. }
    days: 365
    categories: [account_identifier]
    purposes: [account]
readings:
  - clause: "10"
    anchor: "other countries where needed"
    taken: { en: a, ru: а }
    other: { en: b, ru: б }
    why: { en: c, ru: в }
stricter: { serial_number: drop }
fields:
  - { path: "$.account.number", category: account_identifier }
  - { path: "$..ids[*]", category: device_identifier }
  - { in: query, path: "$.state", category: device_status }
`;
