// A CSS compiler in Rust: many small native allocations in one synchronous call. Minifies Bootstrap's stylesheet.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { transform } from 'lightningcss';

const stylesheet = readFileSync(createRequire(import.meta.url).resolve('bootstrap/dist/css/bootstrap.css'));

export function minify() {
  transform({ filename: 'bootstrap.css', code: stylesheet, minify: true });
}

export function minifyWithSourceMap() {
  transform({ filename: 'bootstrap.css', code: stylesheet, minify: true, sourceMap: true });
}
