// The web framework, as the server uses it. WHY: this is a file of its own, because the build puts both packages into it, so that
// nobody who installs this package installs them.
export { type HttpBindings, serve } from '@hono/node-server';
export { type Context, Hono } from 'hono';
