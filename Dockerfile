# The service's image; docker-compose.yml runs the people simulator from it too, with another command.

FROM node:24-slim AS build
WORKDIR /app
# Packages first: they change less often than the sources, so their layer is used again.
COPY package.json package-lock.json ./
# With the optional packages: compilers are among them. Those of development, Node.js and PostgreSQL, go again below.
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY scripts ./scripts
COPY apps ./apps
COPY libs ./libs
COPY tools ./tools
RUN npm run build \
 && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-slim
# docker build --build-arg REVISION="$(git rev-parse HEAD)" --build-arg SOURCE=<address of the repository> .
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="contactstream" \
  org.opencontainers.image.description="Every change of your Google contacts, once and in order, as an event stream and a queryable read model." \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.revision="$REVISION" \
  org.opencontainers.image.source="$SOURCE" \
  org.opencontainers.image.licenses="Apache-2.0"
# All that is written outside PostgreSQL: the ledger of erasures, for a service without Kafka, and the simulator's data.
ENV NODE_ENV=production \
  DATA_DIR=/data
WORKDIR /app
COPY LICENSE ./
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data \
 && ln -s /app/dist/apps/cli/contactstream.js /usr/local/bin/contactstream
# By number, so that whoever runs it can see that it is not root. Its root file system may be read-only.
USER 1000:1000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# In exec form, so that the service itself gets the SIGTERM that ends it in order.
CMD ["node", "--enable-source-maps", "--disable-warning=TimeoutNegativeWarning", "--max-semi-space-size=32", \
  "--heap-growing-percent=100", "--no-lazy-feedback-allocation", "dist/service/main.js"]
