package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.Requests;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileJournalTest {
  private static final TeacherAnswer.Usage USAGE = new TeacherAnswer.Usage(12, 3);

  @TempDir Path folder;
  private Path path;
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void name() {
    path = folder.resolve("journal.jsonl");
  }

  /** Ranks in reverse, and counts. */
  private TeacherLlm teacher(String identity) {
    return new TeacherLlm() {
      @Override
      public TeacherAnswer rank(CandidateList request) {
        asked.incrementAndGet();
        List<Integer> places = new ArrayList<>();
        for (int i = request.size() - 1; i >= 0; i--) {
          places.add(i);
        }
        Ranking ranking = Ranking.byPlaces(request, places, new Outcome.Repaired("prose ignored"));
        return new TeacherAnswer(ranking, "raw \"text\"\n\u2028 \ud83d\ude00", "m-2026", USAGE);
      }

      @Override
      public String identity() {
        return identity;
      }
    };
  }

  private static CandidateList request(int number) {
    return Requests.of("mention " + number, "Nausea", "呕吐");
  }

  private void write(int answers) {
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      for (int i = 0; i < answers; i++) {
        journaling.rank(request(i));
      }
    }
  }

  @Test
  void anAnswerIsAskedOnceAndComesBackTheSame() {
    CandidateList request =
        new CandidateList(
            Mention.in("I felt sick.", 2, 11).withId("m1"),
            List.of(new Candidate(Entity.of("1", "Nausea", "Sick"), 0.9)));
    TeacherAnswer fresh;
    try (FileJournal journal = FileJournal.open(path)) {
      fresh = journal.journaling(teacher("t")).rank(request);
      assertThat(journal.journaling(teacher("t")).rank(request)).isEqualTo(fresh);
      assertThat(journal.appended()).isEqualTo(1);
      assertThat(journal.replayed()).isEqualTo(1);
    }
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(1);
      assertThat(journal.journaling(teacher("t")).rank(request)).isEqualTo(fresh);
    }
    assertThat(asked).hasValue(1);
    assertThat(fresh.rawText()).contains("😀");
  }

  @Test
  void aRankingsOwnScoresComeBack() {
    CandidateList request = request(1);
    TeacherLlm scoring =
        TeacherLlm.of("s", r -> Ranking.byScore(r, new double[] {0.1 + 0.2, 1e-300}));
    TeacherAnswer fresh;
    try (FileJournal journal = FileJournal.open(path)) {
      fresh = journal.journaling(scoring).rank(request);
    }
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.journaling(scoring).rank(request)).isEqualTo(fresh);
    }
  }

  @Test
  void theAnswerIsOnDiskBeforeItIsReturned() throws IOException {
    try (FileJournal journal = FileJournal.open(path)) {
      journal.journaling(teacher("t")).rank(request(7));

      List<String> lines = Files.readAllLines(path);
      assertThat(lines).hasSize(2);
      assertThat(lines.get(0)).startsWith("{\"format\":\"rpdr-journal\",\"version\":2,");
      assertThat(lines.get(1))
          .contains(
              "\"teacher\":\"t\"",
              "\"mention\":\"mention 7\"",
              "\"candidates\":[{\"id\":\"e1\",\"name\":\"Nausea\"},{\"id\":\"e2\",\"name\":\"呕吐\"}]",
              "\"ranking\":[\"e2\",\"e1\"],\"outcome\":\"repaired\",\"reason\":\"prose ignored\"",
              "\"model\":\"m-2026\",\"input-tokens\":12,\"output-tokens\":3");
    }
  }

  @Test
  void anotherTeacherMentionContextOrCandidateIsAnotherRequest() {
    List<Entity> entities = List.of(Entity.of("1", "Nausea"), Entity.of("2", "Vomiting"));
    List<CandidateList> requests =
        List.of(
            CandidateList.of(Mention.of("sick"), entities),
            CandidateList.of(Mention.of("Sick"), entities),
            CandidateList.of(Mention.in("so sick", 3, 7), entities),
            CandidateList.of(Mention.in("very sick", 5, 9), entities),
            CandidateList.of(Mention.of("sick"), entities.subList(0, 1)),
            CandidateList.of(Mention.of("sick"), List.of(entities.get(1), entities.get(0))),
            CandidateList.of(
                Mention.of("sick"), List.of(entities.get(0), Entity.of("2", "Emesis"))));
    try (FileJournal journal = FileJournal.open(path, HeaderCheck.LENIENT)) {
      journal.journaling(teacher("t")).rankAll(requests);
      assertThat(asked).hasValue(requests.size());
      journal.journaling(teacher("u")).rank(requests.get(0));
      assertThat(asked).hasValue(requests.size() + 1);
      assertThat(journal.size()).isEqualTo(requests.size() + 1);
    }
  }

  @Test
  void scoresSynonymsAndIdsAreTheCallersOwn() {
    CandidateList other =
        new CandidateList(
            Mention.of("mention 1").withId("x"),
            List.of(
                new Candidate(Entity.of("e1", "Nausea", "Queasiness"), 3),
                new Candidate(Entity.of("e2", "呕吐"), 2)));
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      journaling.rank(request(1));

      Ranking ranking = journaling.rank(other).ranking();

      assertThat(asked).hasValue(1);
      assertThat(ranking.request()).isEqualTo(other);
      assertThat(ranking.ids()).containsExactly("e2", "e1");
      assertThat(ranking.candidates().get(1).entity().synonyms()).containsExactly("Queasiness");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 200})
  void aTornLastLineIsCutOffAndAskedForAgain(int missing) throws IOException {
    write(3);
    long whole = Files.size(path);
    truncate(whole - missing);
    asked.set(0);

    write(3);

    // Without its line feed alone the record is whole and was paid for: it is kept
    assertThat(asked).hasValue(missing == 1 ? 0 : 1);
    assertThat(Files.readAllLines(path)).hasSize(4);
    assertThat(RecordedTeacher.read(path).size()).isEqualTo(3);
  }

  @Test
  void zerosAtTheEndAreTornAsWell() throws IOException {
    write(2);
    Files.write(path, new byte[4096], StandardOpenOption.APPEND);

    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(2);
    }
    assertThat(Files.readString(path)).doesNotContain("\0").endsWith("}\n");
  }

  @Test
  void aTornHeaderIsWrittenAnew() throws IOException {
    Files.writeString(path, "{\"format\":\"rpdr-jou");

    write(1);

    assertThat(Files.readAllLines(path)).hasSize(2);
  }

  @Test
  void damageInTheMiddleIsNamedAndNotRepaired() throws IOException {
    write(3);
    List<String> lines = new ArrayList<>(Files.readAllLines(path));
    lines.set(2, lines.get(2).substring(0, 50));
    Files.write(path, lines);
    byte[] before = Files.readAllBytes(path);

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("journal.jsonl, line 3: not JSON");
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @Test
  void aRecordThatWasChangedIsRefused() throws IOException {
    write(1);
    Files.writeString(path, Files.readString(path).replace("Nausea", "Vertigo"));

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("line 2: its key does not fit its content");
  }

  @Test
  void aRecordTwiceIsRefused() throws IOException {
    write(1);
    Files.writeString(path, Files.readAllLines(path).get(1) + "\n", StandardOpenOption.APPEND);

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("line 3: a second answer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my precious notes", "{\"a\":1}\n{\"b\":2}\n", "{\"format\":\"other\"}"})
  void aFileThatIsNoJournalIsLeftAlone(String content) throws IOException {
    Files.writeString(path, content);

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("is no journal");
    assertThat(path).hasContent(content);
  }

  @Test
  void aLaterVersionIsRefused() throws IOException {
    Files.writeString(path, "{\"format\":\"rpdr-journal\",\"version\":3}\n");

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("journal version 3 is unknown; known are 1 to 2");
  }

  @Test
  void fieldsOfLaterVersionsAreIgnored() throws IOException {
    write(1);
    Files.writeString(path, Files.readString(path).replace("\"time\"", "\"mood\":5,\"time\""));

    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(1);
    }
  }

  @Test
  void aSecondWriterIsRefusedAndAReaderIsNot() {
    write(1);
    try (FileJournal journal = FileJournal.open(path)) {
      assertThatExceptionOfType(NonRetriableException.class)
          .isThrownBy(() -> FileJournal.open(path))
          .withMessageContaining("is already open in this process; one writer at a time");
      assertThat(RecordedTeacher.read(path).size()).isEqualTo(journal.size());
    }
    FileJournal.open(path).close();
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> FileJournal.open(folder.resolve("no/journal.jsonl")))
        .withMessageContaining("does not exist");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> FileJournal.open(folder))
        .withMessageContaining("cannot open the journal");
  }

  @Test
  void aClosedJournalRefusesToWrite() {
    FileJournal journal = FileJournal.open(path);
    TeacherLlm journaling = journal.journaling(teacher("t"));
    journal.close();
    journal.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> journaling.rank(request(1)))
        .withMessageContaining("is closed");
  }

  /** Writes half of what it is given and then says that the disk is full. */
  private static final class FullDisk extends RandomAccessFile {
    private final AtomicInteger room;

    FullDisk(Path path, AtomicInteger room) throws IOException {
      super(path.toFile(), "rw");
      this.room = room;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      if (room.getAndDecrement() <= 0) {
        super.write(bytes, 0, bytes.length / 2);
        throw new IOException("No space left on device");
      }
      super.write(bytes);
    }
  }

  /** Is slow, counts what it is given to write, and may have room for so many bytes only. */
  private static final class SlowDisk extends RandomAccessFile {
    private final AtomicInteger writes;
    private final long room;

    SlowDisk(Path path, AtomicInteger writes, long room) throws IOException {
      super(path.toFile(), "rw");
      this.writes = writes;
      this.room = room;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      writes.incrementAndGet();
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (getFilePointer() + bytes.length > room) {
        super.write(bytes, 0, (int) Math.max(0, room - getFilePointer()));
        throw new IOException("No space left on device");
      }
      super.write(bytes);
    }
  }

  private int keepAtOnce(FileJournal journal, int answers) throws Exception {
    TeacherLlm journaling = journal.journaling(teacher("t"));
    ExecutorService pool = Executors.newFixedThreadPool(16);
    int kept = 0;
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < answers; i++) {
        int number = i;
        all.add(pool.submit(() -> journaling.rank(request(number))));
      }
      for (Future<?> one : all) {
        try {
          one.get();
          kept++;
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOf(NonRetriableException.class)
              .hasMessageContaining("No space left on device; it holds all earlier answers");
        }
      }
    } finally {
      pool.shutdownNow();
    }
    return kept;
  }

  /** Holds up its second write, the first answer's, until it is let go. */
  private static final class HeldDisk extends RandomAccessFile {
    private final AtomicInteger writes;
    private final CountDownLatch goOn;

    HeldDisk(Path path, AtomicInteger writes, CountDownLatch goOn) throws IOException {
      super(path.toFile(), "rw");
      this.writes = writes;
      this.goOn = goOn;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      try {
        if (writes.incrementAndGet() == 2) {
          assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      super.write(bytes);
    }
  }

  @Test
  void answersThatComeTogetherAreForcedTogether() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    try (FileJournal journal =
        FileJournal.open(path, HeaderCheck.STRICT, file -> new HeldDisk(file, writes, goOn))) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        CandidateList request = request(i);
        Thread thread = new Thread(() -> journaling.rank(request));
        threads.add(thread);
        thread.start();
        while (i == 0 && writes.get() < 2) {
          Thread.sleep(1);
        }
      }
      for (Thread thread : threads.subList(1, 16)) {
        while (thread.getState() != Thread.State.BLOCKED) {
          Thread.sleep(1);
        }
      }
      goOn.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(journal.size()).isEqualTo(16);
    }

    assertThat(writes).as("the header, the first answer, the fifteen others").hasValue(3);
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(16);
    }
  }

  @Test
  void ofAnswersThatComeTogetherThoseThatFitAreKept() throws Exception {
    int kept;
    try (FileJournal journal =
        FileJournal.open(
            path, HeaderCheck.STRICT, file -> new SlowDisk(file, new AtomicInteger(), 9000))) {
      kept = keepAtOnce(journal, 60);
    }

    assertThat(Files.size(path)).isBetween(8000L, 9000L);
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(kept).isBetween(5, 59);
    }
  }

  @Test
  void aFullDiskLeavesTheFileIntactAndTheAnswerUnused() throws IOException {
    AtomicInteger room = new AtomicInteger(3); // header and two answers
    try (FileJournal journal =
        FileJournal.open(path, HeaderCheck.STRICT, file -> new FullDisk(file, room))) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      journaling.rank(request(0));
      journaling.rank(request(1));
      byte[] before = Files.readAllBytes(path);

      assertThatExceptionOfType(NonRetriableException.class)
          .isThrownBy(() -> journaling.rank(request(2)))
          .withMessageContaining("No space left on device")
          .withMessageContaining("it holds all earlier answers");
      assertThat(Files.readAllBytes(path)).isEqualTo(before);
      assertThat(journal.size()).isEqualTo(2);

      room.set(1); // somebody made room
      journaling.rank(request(2));
      assertThat(journal.size()).isEqualTo(3);
    }
    assertThat(RecordedTeacher.read(path).size()).isEqualTo(3);
  }

  @Test
  void anInterruptedThreadWritesAllTheSame() {
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      Thread.currentThread().interrupt();
      journaling.rank(request(1));
      assertThat(Thread.interrupted()).isTrue();
      journaling.rank(request(2));
      assertThat(journal.size()).isEqualTo(2);
    }
  }

  @Test
  void equalRequestsAtOnceAreAskedOnce() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    TeacherLlm slow =
        TeacherLlm.of(
            "slow",
            request -> {
              asked.incrementAndGet();
              begun.countDown();
              try {
                assertThat(finish.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return Ranking.asRetrieved(request);
            });
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(slow);
      List<Future<TeacherAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(pool.submit(() -> journaling.rank(request(1))));
      }
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      finish.countDown();
      for (Future<TeacherAnswer> answer : answers) {
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(answers.get(0).get());
      }
      assertThat(asked).hasValue(1);
      assertThat(journal.size()).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aFailureIsNotKept() {
    AtomicInteger calls = new AtomicInteger();
    TeacherLlm flaky =
        TeacherLlm.of(
            "flaky",
            request -> {
              if (calls.getAndIncrement() == 0) {
                throw new RetriableException("busy");
              }
              return Ranking.asRetrieved(request);
            });
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(flaky);
      assertThatExceptionOfType(RetriableException.class)
          .isThrownBy(() -> journaling.rank(request(1)));
      assertThat(journal.size()).isZero();
      assertThat(journaling.rank(request(1)).ranking().ids()).containsExactly("e1", "e2");
    }
  }

  private void truncate(long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    assertThat(new String(Files.readAllBytes(path), StandardCharsets.UTF_8)).doesNotEndWith("\n");
  }
}
