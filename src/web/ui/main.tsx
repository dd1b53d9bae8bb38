import { render } from 'preact';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import { askEarly } from './api.js';
import { App } from './app.js';
import { wasOpen } from './app-state.js';

if (wasOpen() && location.pathname === '/') askEarly(['/session', '/words', '/devices', '/overview?hours=24', '/attention']);

render(<App />, document.getElementById('app')!);
