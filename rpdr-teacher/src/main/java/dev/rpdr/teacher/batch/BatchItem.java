package dev.rpdr.teacher.batch;

import dev.rpdr.CandidateList;
import dev.rpdr.TeacherAnswer;
import java.util.Objects;

/** What became of one request of a batch. Closed: every consumer can count all of them. */
public sealed interface BatchItem {
  /** What was asked, with the candidates' ids and names. */
  CandidateList request();

  /**
   * It was answered.
   *
   * @param answer the answer, read by the same parser as any other
   */
  record Answered(TeacherAnswer answer) implements BatchItem {
    public Answered {
      Objects.requireNonNull(answer, "answer");
    }

    @Override
    public CandidateList request() {
      return answer.ranking().request();
    }
  }

  /**
   * It failed.
   *
   * @param status the HTTP status within the batch, or 0 where there is none
   * @param code the service's word for it, such as {@code batch_expired}; empty where it has none
   * @param message what the service says
   * @param retriable whether asking again may help
   */
  record Failed(CandidateList request, int status, String code, String message, boolean retriable)
      implements BatchItem {
    public Failed {
      Objects.requireNonNull(request, "request");
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(message, "message");
    }
  }

  /** The service says nothing about it, or nothing that can be read. Asking again may help. */
  record Missing(CandidateList request) implements BatchItem {
    public Missing {
      Objects.requireNonNull(request, "request");
    }
  }
}
