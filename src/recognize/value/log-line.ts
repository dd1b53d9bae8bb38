// Lines of the logs that devices with Wi-Fi write, where they name a network, its key or a host without a label. One pattern a line, as the
// program's source prints it; other sentences are not read.
import type { CategoryId } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { BLANK, MARK, PLUS } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';

const MAC = '(?:[0-9a-f]{2}:){5}[0-9a-f]{2}';
/** A network's name as a line prints it: 32 bytes, some of them escaped. The patterns say what follows it. */
const SSID = '(?<ssid>[^\\n]{1,64}?)';
/** An interface: there the name of a network never stands (`wlan0: AP-STA-CONNECTED`). */
const NO_INTERFACE = '(?![a-z]{2,8}[\\d.-]{0,6}[a-z]{0,4}\\d{0,4}:)';

const LINES = [
  // ESP-IDF and the ESP8266 SDK, when associated: `wifi:connected with NAME, aid = 3, channel 6, BW20, bssid = …`.
  `\\bconnected with ${SSID}, (?:aid = \\d|channel \\d)`,
  // wpa_supplicant, sme.c and wpa_supplicant.c: `Trying to associate with a4:… (SSID='NAME' freq=2412 MHz)`, `… with SSID 'NAME'`.
  `Trying to (?:associate|authenticate) with ${MAC} \\(SSID='${SSID}' freq=\\d`,
  `Trying to associate with SSID '${SSID}'(?:$|\\n)`,
  // wpa_supplicant, notify.c and events.c: `CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="NAME" auth_failures=1 …`.
  `CTRL-EVENT-SSID-(?:TEMP-DISABLED|REENABLED) id=\\d{1,4} ssid="${SSID}"(?: auth_failures=|$|\\n)`,
  // hostapd, where the interface is called like its network: `hostapd: NAME: AP-STA-CONNECTED a4:…`.
  `\\bhostapd(?:\\[\\d{1,7}\\])?: ${NO_INTERFACE}${SSID}: (?:AP-STA-(?:DIS)?CONNECTED|STA) ${MAC}`,
  // dnsmasq, rfc2131.c: `DHCPACK(br-lan) 192.168.1.5 a4:… NAME`.
  `DHCPACK\\([\\w.@-]{1,16}\\) [\\d.]{7,15} ${MAC} (?<host>[\\w.-]{1,64})`,
  // NetworkManager, nm-device-wifi.c, nm-policy.c and nm-device.c.
  `Activation: \\(wifi\\) (?:access point|connection) '${SSID}' (?:has|requires) `,
  `(?:starting|auto-activating) connection '(?!Wired connection)${SSID}' \\(`,
  `Config: added 'ssid' value '${SSID}'(?:$|\\n)`,
  `Connected to wireless network ["']${SSID}["']\\.?(?:$|\\n)`,
  // nmcli --terse, the name before or behind the escaped address.
  `(?:^|[:\\n])(?![* ]:|yes:|no:)(?<name>[^:\\n]{1,64}):(?:[0-9A-F]{2}\\\\:){5}[0-9A-F]{2}(?:[:\\n]|$)`,
  `(?:[0-9A-F]{2}\\\\:){5}[0-9A-F]{2}:(?<name>[^:\\n]{1,64}):(?:Infra|Ad-Hoc|Mesh|Master)`,
  // ESP-AT: the answer to AT+CWJAP?, and the command that is echoed.
  `\\+CW(?:JAP|SAP)(?:_CUR|_DEF)?[=:]"(?<ssid>[^"\\n]{1,64})"(?:,"(?!${MAC})(?<key>[^"\\n]{1,64})")?`,
  // Tasmota, support_wifi.ino: `WIF: Connecting to AP1 NAME Channel 6 BSSId A4:… in mode 11n as tasmota-1A2B3C…`.
  `Connecting to AP\\d ${SSID} (?:Channel \\d|in mode )`,
  // ESPHome, wifi_component.cpp: `- 'NAME' (A4:…)` for each network heard, `WiFi Connecting to 'NAME'`.
  `(?:- |WiFi [Cc]onnecting to )'${SSID}'(?: \\(${MAC}|\\.\\.\\.|$|\\n)`,
].map((line) => new RegExp(line, 'gid'));

const CATEGORIES: Readonly<Record<string, CategoryId>> = {
  ssid: 'wifi_ssid',
  name: 'wifi_ssid',
  key: 'wifi_password',
  host: 'hostname',
};
/** A piece of each line that no other text needs to have. */
const PIECES =
  /connected with|Trying to a|CTRL-EVENT-SSID|hostapd|DHCPACK|Activation: |ing connection|Config: added|wireless network|\\:[0-9A-F]{2}\\:|\+CW[JS]AP|Connecting to|- '/i;

export const logLine: ValueRecognizer = {
  ...VALUE,
  says: { en: 'a line of a log names it', ru: 'это названо в строке журнала' },
  prefilter: { minLength: 12, any: BLANK | PLUS | MARK, words: PIECES },
  recognize: (text, out) => {
    for (const line of LINES)
      eachMatch(line, text, ({ indices }) => {
        for (const [name, span] of Object.entries(indices!.groups!))
          if (span !== undefined && !text.startsWith('[withheld', span[0]))
            add(out, CATEGORIES[name]!, ...span, `text:${text.slice(...span)}`);
      });
  },
  examples: [
    { text: 'I (1384) wifi:connected with Kornblume EG, aid = 2, channel 6, BW20', from: 'ESP-IDF 5.1' },
    { text: 'connected with Kornblume EG, channel 6', from: 'ESP8266 Non-OS SDK 3.0' },
    { text: "Trying to associate with f0:9f:c2:7a:01:33 (SSID='Marais Loft' freq=5180 MHz)", from: 'wpa_supplicant 2.10' },
    { text: 'CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="Marais Loft" auth_failures=1', from: 'wpa_supplicant 2.10' },
    {
      text: 'hostapd: Wohnung Nord: AP-STA-CONNECTED a4:cf:12:92:4d:96',
      from: 'hostapd 2.10, interface called like its network',
    },
    { text: 'dnsmasq-dhcp[812]: DHCPACK(br-lan) 192.168.1.54 a8:5b:f7:10:22:9e Annas-Handy', from: 'dnsmasq 2.90' },
    {
      text: "Activation: (wifi) access point 'Marais Loft' has security, but secrets are required.",
      from: 'NetworkManager 1.42',
    },
    { text: "policy: auto-activating connection 'Marais Loft' (f81d4fae)", from: 'NetworkManager 1.42' },
    { text: 'yes:Marais Loft:F0\\:9F\\:C2\\:7A\\:01\\:33:60', from: 'nmcli 1.42, terse' },
    { text: 'AT+CWJAP="Marais Loft","hunter2rabbit"', from: 'ESP-AT 2.2, echo' },
    { text: 'WIF: Connecting to AP1 Marais Loft Channel 6 BSSId F0:9F:C2:7A:01:33 in mode 11n', from: 'Tasmota 13' },
    { text: "[I][wifi:287]: - 'Marais Loft' (F0:9F:C2:7A:01:33)", from: 'ESPHome 2024.6' },
  ],
  counterexamples: [
    { text: 'I (1324) wifi:state: assoc -> run (10)', from: 'ESP-IDF 5.1' },
    { text: 'hostapd: wlan0: AP-STA-CONNECTED a4:cf:12:92:4d:96', from: 'hostapd 2.10' },
    { text: 'wlan0: CTRL-EVENT-CONNECTED - Connection to f0:9f:c2:7a:01:33 completed [id=0]', from: 'wpa_supplicant 2.10' },
    { text: 'Connected to cloud, handshake took 812 ms', from: 'a log' },
    { text: "starting connection 'Wired connection 1' (f81d4fae)", from: 'NetworkManager 1.42' },
  ],
};
