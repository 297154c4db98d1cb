# The service's image; docker-compose.yml runs the people simulator from it too, with another command.

FROM node:24-slim AS build
WORKDIR /app
# Packages first: they change less often than the sources, so their layer is used again.
COPY package.json package-lock.json ./
# The optional packages are the Node.js and the PostgreSQL of development; here both come from images.
RUN npm ci --omit=optional --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY scripts ./scripts
COPY apps ./apps
COPY libs ./libs
COPY tools ./tools
RUN npm run build \
 && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The simulator writes below this folder; the service keeps nothing outside PostgreSQL.
RUN mkdir /data && chown node:node /data \
 && ln -s /app/dist/apps/cli/contactstream.js /usr/local/bin/contactstream
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# In exec form, so that the service itself gets the SIGTERM that ends it in order.
CMD ["node", "--enable-source-maps", "--disable-warning=TimeoutNegativeWarning", "--max-semi-space-size=16", \
  "--heap-growing-percent=40", "dist/apps/contact-sync/src/main.js"]
