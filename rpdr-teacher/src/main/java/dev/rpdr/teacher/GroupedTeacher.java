package dev.rpdr.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.TeacherEvent;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.prompt.GroupParser;
import dev.rpdr.teacher.prompt.Prompt;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A teacher that asks a chat model about several mentions in one prompt, which shares instruction
 * and examples among them and so costs fewer tokens. Each answer is bound to its mention by an id:
 * what is missing or doubled is an outcome of that mention alone, see {@link GroupParser}.
 * Thread-safe if the chat model is.
 *
 * <p>A model may rank worse when it reads several mentions at once, and a hostile mention can
 * mislead it about its neighbours, though never beyond their own candidates. How a mention is
 * answered may depend on its neighbours, which after a restart may be others.
 *
 * <p>The tokens of a prompt are divided among its mentions evenly, what is left over one by one
 * from the first. Where the provider's content filter refuses a prompt, its mentions are asked for
 * one by one, so that only the one that it objects to falls back.
 */
public final class GroupedTeacher implements ConcurrentTeacher {
  private final LangChain4jTeacher teacher;
  private final ChatSettings settings;
  private final GroupParser parser;
  private final int groupSize;
  private final OutcomeCounter outcomes = new OutcomeCounter();

  private GroupedTeacher(LangChain4jTeacher teacher, int groupSize) {
    this.teacher = Objects.requireNonNull(teacher, "teacher");
    this.groupSize = Settings.atLeastOne("groupSize", groupSize);
    this.settings = teacher.settings();
    this.parser = new GroupParser(settings.template().labels());
    if (!settings.template().groups()) {
      throw new IllegalArgumentException(
          "the prompt template '"
              + settings.template().name()
              + "' cannot ask about several mentions at once: it has no part 'group'");
    }
  }

  /**
   * A teacher that asks for several mentions at once.
   *
   * @param teacher whose model, settings, guard and concurrency are used
   * @param groupSize how many mentions a prompt has at most, ≥ 1
   * @throws IllegalArgumentException if the teacher's template has no part {@code group}
   */
  public static GroupedTeacher of(LangChain4jTeacher teacher, int groupSize) {
    return new GroupedTeacher(teacher, groupSize);
  }

  /** {@inheritDoc} One mention is a group of one. */
  @Override
  public TeacherAnswer rank(CandidateList request) {
    return rankAll(List.of(request)).get(0);
  }

  @Override
  public List<TeacherAnswer> rankAll(
      List<CandidateList> requests, Consumer<TeacherAnswer> arrived) {
    Map<CandidateList, TeacherAnswer> empty = new IdentityHashMap<>();
    List<CandidateList> asked = new ArrayList<>();
    for (CandidateList request : requests) {
      if (request.size() > 0) {
        asked.add(request);
      } else if (!empty.containsKey(request)) {
        empty.put(request, TeacherAnswer.of(Ranking.fellBack(request, "no candidates to rank")));
      }
    }
    List<List<TeacherAnswer>> answers =
        BoundedCalls.map(groups(asked), concurrency(), group -> ask(group, arrived));
    List<TeacherAnswer> all = new ArrayList<>(requests.size());
    int next = 0;
    for (CandidateList request : requests) {
      TeacherAnswer none = empty.get(request);
      if (none == null) {
        all.add(answers.get(next / groupSize).get(next % groupSize));
        next++;
      } else {
        counted(none);
        arrived.accept(none);
        all.add(none);
      }
    }
    return all;
  }

  /** {@inheritDoc} Here: that of the teacher, and the size of groups. */
  @Override
  public String identity() {
    return teacher.identity() + " group=" + groupSize;
  }

  @Override
  public int concurrency() {
    return teacher.concurrency();
  }

  /**
   * What asking for these requests is expected to cost, in full groups. Requests without candidates
   * are not asked for.
   */
  public Estimate estimate(List<CandidateList> requests, PriceTable prices) {
    List<CandidateList> asked = requests.stream().filter(request -> request.size() > 0).toList();
    return settings.estimateOf(
        groups(asked).stream().map(this::expectedUsage).toList(), prices, false);
  }

  /** How the answers of this teacher came about so far. */
  public OutcomeCounter outcomes() {
    return outcomes;
  }

  @Override
  public String toString() {
    return identity();
  }

  private List<TeacherAnswer> ask(List<CandidateList> group, Consumer<TeacherAnswer> arrived) {
    List<TeacherAnswer> answers = ask(group);
    for (TeacherAnswer answer : answers) {
      counted(answer);
      arrived.accept(answer);
    }
    return answers;
  }

  private List<TeacherAnswer> ask(List<CandidateList> group) {
    List<String> ids = GroupParser.ids(group.size());
    Prompt prompt = settings.template().renderGroup(ids, group, settings.top());
    String first = group.get(0).mention().text();
    Call call =
        new Call(
            group.size() == 1 ? first : first + " (and " + (group.size() - 1) + " more)",
            settings.modelName(),
            group.size(),
            teacher.guard().needsEstimates()
                ? settings.expectedUsage(prompt, expectedAnswer(ids, group))
                : new Usage(0, 0));
    Reply reply = teacher.caller().ask(call, prompt, settings.groupFormat(ids, group));
    boolean refused =
        Reply.FILTERED.equals(reply.finishReason())
            && (reply.text() == null || reply.text().isBlank());
    if (!refused) {
      return read(group, reply);
    }
    if (group.size() == 1) {
      return List.of(settings.read(group.get(0), reply));
    }
    List<TeacherAnswer> alone = new ArrayList<>(group.size());
    group.forEach(request -> alone.addAll(ask(List.of(request))));
    return alone;
  }

  private List<TeacherAnswer> read(List<CandidateList> group, Reply reply) {
    List<GroupParser.Part> parts =
        parser.parse(
            reply.text(), group, settings.top(), Reply.CUT_OFF.equals(reply.finishReason()));
    List<TeacherAnswer> answers = new ArrayList<>(group.size());
    for (int i = 0; i < parts.size(); i++) {
      GroupParser.Part part = parts.get(i);
      answers.add(
          new TeacherAnswer(
              part.ranking(),
              part.text() == null ? reply.text() : part.text(),
              reply.model(),
              share(reply.usage(), i, parts.size()),
              reply.finishReason(),
              reply.latency()));
    }
    return answers;
  }

  private static @Nullable Usage share(@Nullable Usage usage, int place, int of) {
    return usage == null
        ? null
        : new Usage(share(usage.inputTokens(), place, of), share(usage.outputTokens(), place, of));
  }

  private static int share(int tokens, int place, int of) {
    return tokens / of + (place < tokens % of ? 1 : 0);
  }

  private List<List<CandidateList>> groups(List<CandidateList> asked) {
    List<List<CandidateList>> groups = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += groupSize) {
      groups.add(asked.subList(from, Math.min(from + groupSize, asked.size())));
    }
    return groups;
  }

  private Usage expectedUsage(List<CandidateList> group) {
    List<String> ids = GroupParser.ids(group.size());
    Prompt prompt = settings.template().renderGroup(ids, group, settings.top());
    return settings.expectedUsage(prompt, expectedAnswer(ids, group));
  }

  private String expectedAnswer(List<String> ids, List<CandidateList> group) {
    StringBuilder answer = new StringBuilder();
    for (int i = 0; i < ids.size(); i++) {
      answer.append(ids.get(i)).append(": ").append(settings.expectedAnswer(group.get(i)));
      answer.append('\n');
    }
    return answer.toString();
  }

  private void counted(TeacherAnswer answer) {
    outcomes.count(answer.ranking());
    teacher.guard().tell(new TeacherEvent.Ranked(settings.modelName(), answer.ranking().outcome()));
  }
}
