// Builds the browser app (src/web/ui) into dist/web/ui: hashed names, no inline script, no request to any other host.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/web/ui',
  base: '/',
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../../dist/web/ui',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // nothing inline: the CSP allows no data: URLs
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8480' } },
});
