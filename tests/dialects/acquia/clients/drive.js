// Runs `node-mautic`: one call a line on stdin, its end a line on stdout.
// It is run by the node of the client's own environment.
"use strict";

const readline = require("node:readline");
const MauticConnector = require("node-mautic");

async function ended(asked) {
  const connector = new MauticConnector({ apiUrl: asked.url, username: asked.user, password: asked.password });
  const [group, name] = asked.call.split(".");
  try {
    return { body: await connector[group][name](...asked.arguments) };
  } catch (error) {
    return { raised: error.name, body: null, said: error.message };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await ended(JSON.parse(line))) + "\n");
  }
})();
