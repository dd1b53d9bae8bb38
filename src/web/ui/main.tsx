import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import { askFirst, wasOpen } from './first.js';

// What the first view needs is on its way while its script is still being read; both there, it is painted once and whole.
const asked = wasOpen() && location.pathname === '/' ? askFirst() : Promise.resolve();
const [{ start }] = await Promise.all([import('./app.js'), asked]);
start(document.getElementById('app')!);
