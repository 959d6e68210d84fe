# Robot "hello", by rcc-oci VERSION.
#
# The context is the robot's folder, which holds robot.yaml. Put into it:
#
#     rcc           rcc for Linux, amd64: https://github.com/joshyorko/rcc/releases
#     hololib.zip   the environment: rcc holotree export -r robot.yaml -z hololib.zip
#     Dockerfile    rcc-oci dockerfile > Dockerfile
#     .dockerignore rcc-oci dockerfile --print-dockerignore > .dockerignore
#
# and build it there:
#
#     docker build --tag NAME .
#     buildah build --tag NAME .

# An image with /bin/sh and the usual tools.
ARG BASE_IMAGE=docker.io/library/debian:stable-slim

FROM ${BASE_IMAGE} AS build
USER 0:0
ENV HOME="/home/robot" \
    USER="robot" \
    ROBOCORP_HOME="/home/robot/.robocorp" \
    RCC_NO_BUILD="1" \
    RCC_AUTOUPDATES_RCC_INDEX="http://127.0.0.1:9/"
COPY ["rcc", "/usr/local/bin/rcc"]
# The user, unless the base has it, and the user's folders.
RUN ["/bin/sh", "-euc", "\
    touch /etc/passwd /etc/group\n\
    found=$(sed -n \"s/^$1:[^:]*:\\([0-9]*\\):.*/\\1/p\" /etc/passwd)\n\
    if [ \"${found:-$2}\" != \"$2\" ]; then\n\
      echo \"the base has the user $1 as $found: name it by --user $1:$found\" >&2; exit 1\n\
    fi\n\
    [ -n \"$found\" ] || printf '%s\\n' \"$4\" >> /etc/passwd\n\
    [ -z \"$5\" ] || grep -q \"^[^:]*:[^:]*:$3:\" /etc/group || printf '%s\\n' \"$5\" >> /etc/group\n\
    chmod 0755 /usr/local/bin/rcc\n\
    owner=$6; shift 6; mkdir -p \"$@\"; chown \"$owner\" \"$@\"\n\
", "sh", "robot", "1000", "1000", "robot:x:1000:1000:robot:/home/robot:/bin/sh", "robot:x:1000:", "1000:1000", "/home/robot", "/home/dev/.robocorp/holotree", "/home/robot/app", "/home/robot/.robocorp", "/home/dev/.robocorp/holotree"]
USER 1000:1000
# The environment: rcc takes it from hololib.zip and restores it, without a network.
COPY ["hololib.zip", "/tmp/hololib.zip"]
COPY --chown=1000:1000 ["robot.yaml", "conda.yaml", "/home/robot/app/"]
RUN ["/bin/sh", "-euc", "\
    rcc holotree import /tmp/hololib.zip\n\
    rm -f /home/robot/app/hololib.zip\n\
    rcc holotree variables --robot \"$1\" --json > /dev/null\n\
", "sh", "/home/robot/app/robot.yaml", "/home/robot/.robocorp"]
# A zip of the catalog alone.
RUN ["/bin/sh", "-euc", "\
    number() { value=$1; count=$2; while [ $count -gt 0 ]; do\n\
      printf \"\\\\$(printf %03o $((value % 256)))\"; value=$((value / 256)); count=$((count - 1))\n\
    done; }\n\
    size=$(($(wc -c < \"$1\"))); name=${#2}; offset=$((30 + name + size))\n\
    crc() { gzip -c < \"$1\" | tail -c 8 | head -c 4; }\n\
# Version 2.0, stored, 1980-01-01; the size twice: there is no packing.
    facts() {\n\
      number 20 2; number 0 6; number 33 2; crc \"$1\"\n\
      number \"$size\" 4; number \"$size\" 4; number \"$name\" 2; number 0 2\n\
    }\n\
    {\n\
      printf 'PK\\003\\004'; facts \"$1\"; printf %s \"$2\"; cat \"$1\"\n\
      printf 'PK\\001\\002'; number 20 2; facts \"$1\"; number 0 14; printf %s \"$2\"\n\
      printf 'PK\\005\\006'; number 0 4; number 1 2; number 1 2\n\
      number $((46 + name)) 4; number \"$offset\" 4; number 0 2\n\
    } > \"$3\"\n\
", "sh", "/home/robot/.robocorp/hololib/catalog/95867f930bb13171v12.linux_amd64", "catalog/95867f930bb13171v12.linux_amd64", "/tmp/catalog.zip"]
# Only the environment stays, not what it was made of.
RUN ["/bin/sh", "-euc", "\
    for entry in \"$3\"/*; do\n\
      case \"$entry\" in\n\
        \"$1\" | \"$1\".* | */global.lck) ;;\n\
        *) rm -rf \"$entry\" ;;\n\
      esac\n\
    done\n\
    for entry in \"$2\"/* \"$2\"/.[!.]*; do\n\
      case \"${entry##*/}\" in\n\
        holotree | hololib) ;;\n\
        *) rm -rf \"$entry\" ;;\n\
      esac\n\
    done\n\
    find \"$4\" -mindepth 2 -maxdepth 2 ! -name init -exec rm -rf {} +\n\
    for folder in catalog library used pids; do mkdir -p \"$4/$folder\"; done\n\
", "sh", "/home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534", "/home/robot/.robocorp", "/home/dev/.robocorp/holotree", "/home/robot/.robocorp/hololib"]
# The robot, and what spares rcc a wait at its first start.
COPY --chown=1000:1000 [".", "/home/robot/app/"]
RUN ["/bin/sh", "-euc", "\
    cd /home/robot/app; rm -rf rcc hololib.zip; mkdir -p \"./$1\"; chmod -R u=rwX,go=rX .\n\
    mv /tmp/catalog.zip /home/robot/app/hololib.zip\n\
    mkdir -p \"$2/templates\"\n\
    printf %s \"$3\" > \"$2/rcc.yaml\"\n\
    printf %s \"$4\" > \"$2/rcccache.yaml\"\n\
    printf %s \"$5\" > \"$2/templates/rcc.json\"\n\
    touch -t 203701010000 \"$2/templates/rcc.json\"\n\
    chmod 0600 \"$2/rcc.yaml\" \"$2/rcccache.yaml\"\n\
", "sh", ".", "/home/robot/.robocorp", "tracking:\n    identity: a2075c4f-cb0e-82ee-855f-e2ef3a072cb2\n", "credentials: {}\nstamps: {}\nusers:\n- robot\n", "{\"tested\": []}\n"]

FROM ${BASE_IMAGE}
USER 0:0
COPY --from=build ["/usr/local/bin/rcc", "/usr/local/bin/rcc"]
COPY --from=build ["/etc/passwd", "/etc/group", "/etc/"]
COPY --from=build ["/home/robot/", "/home/robot/"]
COPY --from=build ["/home/dev/.robocorp/holotree/", "/home/dev/.robocorp/holotree/"]
# COPY keeps the owners of what is in a folder, not the folder's own.
RUN ["chown", "1000:1000", "/home/robot", "/home/dev/.robocorp/holotree"]
# The base's health check is about another program.
HEALTHCHECK NONE
ENV HOME="/home/robot" \
    USER="robot" \
    ROBOCORP_HOME="/home/robot/.robocorp" \
    RCC_NO_BUILD="1" \
    RCC_AUTOUPDATES_RCC_INDEX="http://127.0.0.1:9/"
LABEL org.opencontainers.image.base.name="docker.io/library/debian:stable-slim" \
    org.opencontainers.image.title="hello" \
    rcc-oci.environment.catalog="95867f930bb13171" \
    rcc-oci.environment.rcc-version="v18.18.1"
WORKDIR /home/robot/app
USER 1000:1000
ENTRYPOINT ["/usr/local/bin/rcc", "run", "--robot", "/home/robot/app/robot.yaml"]
CMD []
