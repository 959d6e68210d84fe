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
    ROBOCORP_HOME="/home/dev/.robocorp" \
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
", "sh", "robot", "1000", "1000", "robot:x:1000:1000:robot:/home/robot:/bin/sh", "robot:x:1000:", "1000:1000", "/home/robot", "/home/dev/.robocorp", "/home/robot/app", "/home/dev/.robocorp", "/home/dev/.robocorp/holotree"]
# The first process of a container.
RUN ["/bin/sh", "-euc", "\
    printf %s \"$1\" | base64 -d > /usr/local/bin/rcc-init; chmod 0755 /usr/local/bin/rcc-init\n\
", "sh", "f0VMRgIBAQAAAAAAAAAAAAIAPgABAAAAhhkAAQAAAABAAAAAAAAAAEgKAAAAAAAAAAAAAEAAOAAFAEAABgAFAAYAAAAEAAAAQAAAAAAAAABAAAABAAAAAEAAAAEAAAAAGAEAAAAAAAAYAQAAAAAAAAgAAAAAAAAAAQAAAAQAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAgAAAAAAAAACAAAAAAAAABAAAAAAAAABAAAABQAAAAACAAAAAAAAABIAAQAAAAAAEgABAAAAAJIHAAAAAAAAkgcAAAAAAAAAEAAAAAAAAAEAAAAGAAAAoAkAAAAAAACgKQABAAAAAKApAAEAAAAAAAAAAAAAAAAgIAgAAAAAAAAQAAAAAAAAUeV0ZAYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAC9zdGF0AC9wcm9jAHJjYy1pbml0OiBmYWlsZWQgdG8gcnVuIAByY2MtaW5pdDogbmFtZSBhIHByb2dyYW0gdG8gcnVuCgByY2MtaW5pdDogbm8gcHJvY2VzcyBjYW4gYmUgbWFkZQoAAAAAAAAAAAAA4fUFAAAAAAAAAAAAAAAAL3Byb2MvAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABVQVdBVkFVQVRTSIHsmAAAAEmJ+EjHRCQQ/////0yLD0mD+QF/LLgBAAAAvwIAAAC+hQEAAbogAAAARTHSDwW45wAAAL9/AAAAMfYx0kUx0g8FuCcAAAAx/zH2MdJFMdIPBYkFOBcAALidAAAAvyQAAAC+AQAAADHSRTHSDwVIjXQkELgOAAAAvwIAAABBuggAAAAx0g8FuDkAAAAx/zH2MdJFMdIPBYkF9xYAAIXAD4W1AAAAT40MyEmDwRBJg8AQSI10JBhIxwYAAAAAuA4AAAC/AgAAAEG6CAAAADHSDwVJizi4OwAAAEyJxkyJykUx0g8FSYnBuAEAAAC/AgAAAL5sAQABuhgAAABFMdIPBUmLMEjHwv////+AfBYBAEiNUgF19bgBAAAAvwIAAABFMdIPBbgBAAAAvsYBAAG6AQAAAEUx0g8FMf9Jg/n+QA+Ux0iDz3645wAAADH2MdJFMdIPBYsFOhYAAIXAeSy4AQAAAL8CAAAAvqYBAAG6IQAAAEUx0g8FuOcAAAC/fgAAADH2MdJFMdIPBUUx7UiNXCQMTI10JBBMjXwkGLg9AAAAugEAAABIx8f/////SIneRTHSDwVIhcB+HUhjDdMVAABIOch1EcYFyxUAAAGLTCQMiQ3JFQAASIXAf8BIg/j8dLqLDbQVAACAPakVAAABdRJIg/j2D4SWAQAAhckPhI4BAACFybrIAQABSQ9E1biAAAAAQboIAAAATIn3TIn+DwVIg/j1dVmLPW8VAAAx9kiJ2uiRAQAAiw1nFQAA/8GFwEEPRc2JDVkVAACAPUYVAAAAD4VE////g/lQD4U7////SGM9LBUAAEhjNS0VAAC4PgAAADHSRTHSDwXpHP///0mJxEiFwA+OEP///0mD/BEPhAb///+DfCQgAA+P+/7//0GD/A8Ph9IAAAC4DoAAAEQPo+APg8MAAACDPdsUAAAAQA+UxUSJJdAUAABNifdIx8AAAPj/xoDASQgBAEj/wHX0RTH2Mf++AQAAAEiJ2ujUAAAAQYnAg3wkDAB+DUGNRgFBg/4JQYnGctpJY/S/AQAAAE2J/kyNfCQYifjB6AMPtoDASQABifmD4QcPo8hzDLg+AAAAMdJFMdIPBUj/x0iB/wAAQAB10kWFwA+VwIA9QhQAAAAPhUD+//9AIMUPhTf+//9IYz0oFAAAuD4AAAAx0kUx0g8F6R/+//+DPRgUAAAAD4US/v//Me3pO////4sFCRQAAA+2/IPgf42IgAAAAIXAD0X5uOcAAAAx9jHSRTHSDwVIgcSYAAAAW0FcQV1BXkFfXcNVQVdBVkFVQVRTSIPsOIl0JBSJfCQESIlUJDDHAgAAAAAxwEiJRCQIuAIAAAC/ZgEAAb4AAAEAMdJFMdIPBUiJx7jZAAAAvsApAAG6ACAAAEUx0g8FSIXAD46jAQAASYnFSGNEJARIiUQkIDHASIlEJAhMjWQkGEiJfCQoMe2KhdMpAAGNSNCA+Ql3KEiNjdQpAAFFMf9LjRS/D7bATI08UEmDx9CKAY1Q0Ej/wYD6CnLk6wNFMf+EwA+FCgEAAEWF/w+OAQEAAEGB////PwAPj/QAAABEOT3sEgAAD4TnAAAARDk94xIAAA+E2gAAADHbRYn+RIn3TInm6CkBAACFwHQZRIt0JBhEOzW5EgAAdCBBg/4Bf93prQAAAEU5/g+EpAAAAP/Dg/tkdcXpmAAAAESJ/0yJ5ujsAAAAhcAPhIUAAACAfCQcWnR+SItEJAj/wEiJRCQIRIn4wfgDSGPQRIn5gOEHuAEAAADT4A+2isBJAAFEifqD4gcPo9FySoN8JBQAdRX2BUMSAAABdQyLTCQYOw0zEgAAdS5EifnB6QMIgcBJAAFIi0QkMP8Ag3wkBAB0FESJ/7g+AAAASIt0JCAx0kUx0g8FD7eF0CkAAUgBxUw57Q+Mov7//7jZAAAAvsApAAG6ACAAAEiLfCQoRTHSDwVJicVIhcAPj3v+//9Ihf94DrgDAAAAMfYx0kUx0g8FSItEJAhIg8Q4W0FcQV1BXkFfXcNBVlNIgey4AwAASYnwDygF3On//w8pRCSgDygFwOn//w8pRCSQuAYAAACF/35nMdK+zczMzEiJ0UGJ+UwPr85JwekjQ40UCY0UkkGJ+kEp0kGAyjBIjVEBRIhUDISD/wpEic9z0IXSfixIjXIGiciDwAeJ8YnSSAHiSIPCg74GAAAAQIo6QIh8NJBI/8ZI/8pIOfF17UgB4EiDwJCxLzHSiAwQiophAQABSP/CSIP6BXXuRTHJSI18JJC4AgAAADH2MdJFMdIPBUiFwA+IpwAAAEiJx0UxyUiNXCSwugAEAAAxwEiJ3kUx0g8FSYnGuAMAAAAx9jHSRTHSDwVNhfZ+d0qNDDRIg8GwQsZENLAASo0UNEiDwq9IidBIOdp2CUiNUP+AOCl170iNUAFIOdh0R0iNcgNIOc5zPopKAUGISASKSgONcdAx0kCA/gl3IEiDwAUx0o0Ukg+2yY0UUYPC0IoIjXHQSP/AQID+CnLmQYkQQbkBAAAARInISIHEuAMAAFtBXsNIiedIg+Tw6G74//8AAAAAAAAAAAAAAAAAAExpbmtlcjogTExEIDE4LjEuNgBjbGFuZyB2ZXJzaW9uIDE4LjEuNiAoaHR0cHM6Ly9naXRodWIuY29tL3ppZ2xhbmcvemlnLWJvb3RzdHJhcCA5OGJjNmJmNGZjNDAwOTg4OGQzMzk0MWRhZjZiNjAwZDIwYTQyYTU2KQAALnJvZGF0YQAudGV4dAAuYnNzAC5jb21tZW50AC5zaHN0cnRhYgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAQAAADIAAAAAAAAAYAEAAQAAAABgAQAAAAAAAKAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAACQAAAAEAAAAGAAAAAAAAAAASAAEAAAAAAAIAAAAAAACSBwAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAA8AAAAIAAAAAwAAAAAAAACgKQABAAAAAKAJAAAAAAAAICAIAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAUAAAAAQAAADAAAAAAAAAAAAAAAAAAAACgCQAAAAAAAHwAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAEAAAAAAAAAHQAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAHAoAAAAAAAAnAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAA=="]
USER 1000:1000
# The environment: rcc takes it from hololib.zip and restores it, without a network.
COPY ["hololib.zip", "/tmp/hololib.zip"]
COPY --chown=1000:1000 ["robot.yaml", "conda.yaml", "/home/robot/app/"]
RUN ["/bin/sh", "-euc", "\
    rcc holotree import /tmp/hololib.zip\n\
    rm -f /home/robot/app/hololib.zip\n\
    rcc holotree variables --robot \"$1\" --json > /dev/null\n\
", "sh", "/home/robot/app/robot.yaml", "/home/dev/.robocorp"]
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
        holotree) ;;\n\
        *) rm -rf \"$entry\" ;;\n\
      esac\n\
    done\n\
", "sh", "/home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534", "/home/dev/.robocorp", "/home/dev/.robocorp/holotree", "/home/dev/.robocorp/hololib"]
# The robot, and what spares rcc a wait at its first start.
COPY --chown=1000:1000 [".", "/home/robot/app/"]
RUN ["/bin/sh", "-euc", "\
    cd /home/robot/app; rm -rf rcc hololib.zip \"./$1\"; mkdir -p \"./$1\"; chmod -R u=rwX,go=rX .\n\
    mkdir -p \"$2/templates\"\n\
    printf %s \"$3\" > \"$2/rcc.yaml\"\n\
    printf %s \"$4\" > \"$2/rcccache.yaml\"\n\
    printf %s \"$5\" > \"$2/templates/rcc.json\"\n\
    touch -t 203701010000 \"$2/templates/rcc.json\"\n\
    chmod 0600 \"$2/rcc.yaml\" \"$2/rcccache.yaml\"\n\
    chmod 0777 \"./$1\"\n\
", "sh", "output", "/home/dev/.robocorp", "tracking:\n    identity: a2075c4f-cb0e-82ee-855f-e2ef3a072cb2\n", "credentials: {}\nstamps: {}\nusers:\n- robot\n", "{\"tested\": []}\n"]

FROM ${BASE_IMAGE}
USER 0:0
COPY --from=build ["/usr/local/bin/rcc", "/usr/local/bin/rcc"]
COPY --from=build ["/usr/local/bin/rcc-init", "/usr/local/bin/rcc-init"]
COPY --from=build ["/etc/passwd", "/etc/group", "/etc/"]
COPY --from=build ["/home/robot/", "/home/robot/"]
COPY --from=build ["/home/dev/.robocorp/", "/home/dev/.robocorp/"]
# COPY keeps the owners of what is in a folder, not the folder's own.
RUN ["chown", "1000:1000", "/home/robot", "/home/dev/.robocorp"]
# The base's health check is about another program.
HEALTHCHECK NONE
ENV HOME="/home/robot" \
    USER="robot" \
    ROBOCORP_HOME="/home/dev/.robocorp" \
    RCC_NO_BUILD="1" \
    RCC_AUTOUPDATES_RCC_INDEX="http://127.0.0.1:9/" \
    RCC_NO_TEMP_MANAGEMENT="1"
LABEL org.opencontainers.image.base.name="docker.io/library/debian:stable-slim" \
    org.opencontainers.image.title="hello" \
    rcc-oci.environment.catalog="95867f930bb13171" \
    rcc-oci.environment.rcc-version="v18.18.1"
WORKDIR /home/robot/app
USER 1000:1000
ENTRYPOINT ["/usr/local/bin/rcc-init", "/usr/local/bin/rcc", "run", "--warranty-voided", "--robot", "/home/robot/app/robot.yaml"]
CMD []
