// Before the tests, in one process (package managers lock each other out): installs the Debian packages that tests need where
// HUBSIEVE_TEST_INSTALL=1 allows it, as .ci/run does, and this is root. Never on the machine of somebody who only runs the tests.
import { installPrograms } from './programs.js';
import { makeDebianTree } from './system/debian.js';

if (process.env['HUBSIEVE_TEST_INSTALL'] === '1' && process.getuid?.() === 0 && !(installPrograms() && makeDebianTree()))
  console.warn('Not all Debian packages could be installed; the tests that need them say that they were skipped.');
