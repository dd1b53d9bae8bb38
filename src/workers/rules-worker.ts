// Reads one set of rules in a thread of its own, and ends: YAML can be made to take minutes, and the hub serves devices meanwhile.
import { parentPort } from 'node:worker_threads';
import { type RulesFile, readToldRules } from '../services/rules-reading.js';

const port = parentPort!;
port.once('message', (files: readonly RulesFile[]) => port.postMessage(readToldRules(files)));
