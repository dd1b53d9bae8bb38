// Prints where each address of the command line is, by the netlink socket that it inherits as descriptor 3.
import { openLocator } from '#src/household/locator.js';

const locator = openLocator(3);
const places = await Promise.all(process.argv.slice(2).map((address) => locator.locate(address)));
process.stdout.write(JSON.stringify(places));
