import 'reflect-metadata';

import { writeFileSync } from 'node:fs';

import { NestFactory } from '@nestjs/core';
import { readConfiguration } from '#platform';

import { AppModule } from '../app.module.js';
import { apiDocument } from './api-document.js';

/** None of it is used: in a preview Nest makes none of the providers, so nothing is opened. */
const NOTHING = {
  DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/nothing',
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  GOOGLE_CLIENT_ID: 'none',
  GOOGLE_CLIENT_SECRET: 'none',
};

// Writes the OpenAPI document without a database, for what is generated from it: node … <file>
const [, , file] = process.argv;
if (file === undefined) throw new Error('Say which file to write the document to.');
const app = await NestFactory.create(AppModule.for(readConfiguration(NOTHING)), {
  preview: true,
  abortOnError: false,
  logger: false,
});
writeFileSync(file, `${JSON.stringify(apiDocument(app), null, 2)}\n`);
