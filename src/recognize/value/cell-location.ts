// Cell towers that a modem names: an area and a cell place its home within some hundred metres. Answers of 3GPP TS 27.007 and of makers'
// AT commands, and reports of trackers.
import type { CategoryId, Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { COLON, DIGIT, MARK } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';

/** Until cells have a category of their own. */
const CELL: CategoryId = 'neighbour_scan';

/** `+CREG: 2,1,"1A2B","01A04C0D",7` and its kin: area and cell in hex digits (27.007, 7.2, 10.1.20, 10.1.22). */
const REGISTRATION = /\+C(?:G|E|5G)?REG:\s?(?:\d,\s?)?\d,\s?"?([0-9A-F]{2,6})"?,\s?"?([0-9A-F]{4,9})"?(?![0-9A-F"])/gi;
/** `+COPS: 0,2,"26201",7`: the operator as a number (27.007, 7.3). */
const OPERATOR = /\+COPS:\s?\d,2,"(\d{5,6})"/g;
/** SIMCom: `+CPSI: LTE,Online,262-01,0x1A2B,27265037,…`; Quectel: `+QENG: "servingcell","NOCONN","LTE","FDD",262,01,1A2D04C,…`. */
const SERVING =
  /\+(?:CPSI|QENG|QNWINFO|CENG):[^\n]{0,60}?(?<![\w.])([2-7]\d\d)[,-]"?(\d{2,3})"?,\s?"?(?:0x)?([0-9A-F]{2,9})"?,\s?"?([0-9A-F]{1,9})"?/gi;
/** Lines of trackers, and in them country, network, area and cell in turn: `+RESP:GTFRI,…,0262,0001,1A2B,4C0D,…`, `$$…|262|01|1A2B|4C0D`. */
const REPORT_LINE = /^[+*$#][^\n]{12,1000}/gm;
const REPORTED = /(?<=[,|])0?([2-7]\d\d)([,|])0{0,2}(\d{2,3})\2([0-9A-F]{4})\2([0-9A-F]{4,8})(?=[,|*#$]|$)/gi;
/** `mcc=262 mnc=01 lac=6699 cid=27265037`, in any order. */
const LABELLED = /(?<![a-z])(?:mcc|mnc|lac|tac|ci|cid|cell_?id|eci|ecgi)["']?\s?[:=]\s?["']?((?:0x)?[0-9a-f]{1,9})(?![\w.])/gi;
/** Labels of which three together are a cell. */
const LABELS_MIN = 3;

/** Each group of a match, where it stands in the text. */
function addGroups(match: RegExpExecArray, offset: number, out: Finding[], strength: Finding['strength'] = 'certain'): void {
  let from = 0;
  for (const group of match.slice(1)) {
    if (group === undefined || /^[,|]$/.test(group)) continue;
    from = match[0].indexOf(group, from);
    const start = offset + match.index + from;
    add(out, CELL, start, start + group.length, `cell:${group.toLowerCase()}`, strength);
    from += group.length;
  }
}

export const cellLocation: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it names the cell tower that a modem is connected to', ru: 'в нём указана сотовая вышка' },
  prefilter: {
    minLength: 12,
    all: DIGIT,
    any: COLON | MARK,
    words:
      /\+(?:C(?:G|E|5G)?REG|COPS|CPSI|QENG|QNWINFO|CENG):|(?:mcc|mnc|lac|tac|cid|cell_?id|eci|ecgi)["']?\s?[:=]|[,|]0?[2-7]\d\d[,|]\d/i,
  },
  recognize: (text, out) => {
    for (const pattern of [REGISTRATION, OPERATOR, SERVING]) eachMatch(pattern, text, (match) => addGroups(match, 0, out));
    eachMatch(REPORT_LINE, text, (line) => eachMatch(REPORTED, line[0], (match) => addGroups(match, line.index, out)));
    const labelled: RegExpExecArray[] = [];
    eachMatch(LABELLED, text, (match) => labelled.push(match));
    if (labelled.length < LABELS_MIN || !/[lt]ac|c(?:ell_?)?id|eci/i.test(text)) return;
    for (const match of labelled) addGroups(match, 0, out, 'strong');
  },
  examples: [
    { text: '+CREG: 2,1,"1A2B","01A04C0D",7', from: '3GPP TS 27.007' },
    { text: '+COPS: 0,2,"26201",7', from: '3GPP TS 27.007' },
    { text: '+CPSI: LTE,Online,262-01,0x1A2B,27265037,123,EUTRAN-BAND3,1300,5,5,-94,-1012,-703,15', from: 'SIM7600' },
    {
      text: '+QENG: "servingcell","NOCONN","LTE","FDD",262,01,1A2D04C,123,1300,3,5,5,1A2B,-95,-12,-64,13,27',
      from: 'Quectel EC25',
    },
    {
      text: '+RESP:GTFRI,270B02,,,,00,1,1,4.3,92,70.0,,,20261130160102,0262,0001,1A2B,4C0D,00,2000.0,11F0$',
      from: 'Queclink GV55',
    },
    { text: 'measure/add?mcc=262&mnc=1&lac=6699&cellid=27265037', from: 'OpenCelliD, upload' },
  ],
  counterexamples: [
    { text: '+CSQ: 17,99', from: '3GPP TS 27.007, signal' },
    { text: '+CREG: 0,1', from: '3GPP TS 27.007, no cell' },
    { text: '+COPS: 0,0,"Telekom.de",7', from: '3GPP TS 27.007, a name' },
    { text: '230,50,1240,49980', from: 'a meter: V, Hz, W, mHz' },
  ],
};
