// Runs the vendor's client for npm: one call a line on stdin, its end a line on stdout.
// It is run by the node of the client's own environment.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const official = require("ctct-api-client");

const APIS = [
  official.BulkActivitiesApi,
  official.ContactsApi,
  official.ContactListsApi,
  official.ContactTagsApi,
  official.ContactsCustomFieldsApi,
];

// `create_csv_import_activity` is `createCSVImportActivity` here; parameters are spelled likewise.
const plain = (name) => name.replaceAll("_", "").toLowerCase();

function found(call) {
  for (const Api of APIS) {
    const name = Object.getOwnPropertyNames(Api.prototype).find((each) => plain(each) === plain(call));
    if (name) return [Api, name];
  }
  throw new TypeError(`The client has no ${call}.`);
}

function given(argument) {
  const file = argument && argument.$file;
  return file ? new File([fs.readFileSync(file)], path.basename(file), { type: "text/csv" }) : argument;
}

async function called(configuration, asked) {
  const [Api, name] = found(asked.call);
  const parameters = Api.prototype[name].toString().match(/\(([^)]*)\)/)[1].split(",").map((each) => plain(each.trim()));
  const values = asked.arguments.map(given);
  for (const [parameter, value] of Object.entries(asked.named)) {
    const place = parameters.indexOf(plain(parameter));
    if (place < 0) throw new TypeError(`${name} takes no ${parameter}.`);
    values[place] = value;
  }
  return await new Api(configuration)[name](...values);
}

// The address of a next page goes through the client's own transport: what it begins with stands in the client's host too.
async function followed(configuration, href) {
  const request = { url: href.replace(/^\/v3/, ""), options: { method: "GET", headers: {} } };
  request.options.headers.Authorization = `Bearer ${configuration.accessToken}`;
  const { createRequestFunction } = require("ctct-api-client/dist/common");
  return await createRequestFunction(request, require("axios"), configuration.basePath, configuration)();
}

async function ended(asked) {
  const configuration = new official.Configuration({ basePath: asked.host, accessToken: asked.token });
  try {
    const answer = await ("follow" in asked ? followed(configuration, asked.follow) : called(configuration, asked));
    return { status: answer.status, body: answer.data === "" ? null : answer.data, headers: answer.headers };
  } catch (error) {
    const response = error.response || { status: null, data: null };
    return { raised: error.name, status: response.status, body: response.data, said: error.message };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await ended(JSON.parse(line))) + "\n");
  }
})();
