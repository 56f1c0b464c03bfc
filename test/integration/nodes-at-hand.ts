// The running Node, and those that the node matrix has fetched.
import { existsSync } from 'node:fs';
import { root } from '../../scripts/lib/paths.mjs';

const majors = ['20', '22', '24', '26'];
const running = process.versions.node.split('.')[0] ?? '';

export const nodesAtHand = majors
  .map((major) => ({
    major,
    node: major === running ? process.execPath : `${root}/.node-matrix/node_modules/node${major}/bin/node`,
  }))
  .filter(({ node }) => existsSync(node));
